-- at before-copy
UPDATE t SET v = 0 WHERE v % 3 = 0;
INSERT INTO t (id, v) VALUES ('key-99n', 99);
DELETE FROM t WHERE v % 50 = 49;
