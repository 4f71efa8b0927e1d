-- at before-copy
DELETE FROM t WHERE v % 10 = 0;
INSERT INTO t (id, v) VALUES ('99n', 99);
UPDATE t SET v = 1 WHERE v % 50 = 48;
