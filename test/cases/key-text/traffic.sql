-- at before-copy
UPDATE t SET id = CONCAT(id, 'x') WHERE v < 50;
INSERT INTO t (id, v) VALUES ('k99n', 99);
DELETE FROM t WHERE v % 50 = 49;
