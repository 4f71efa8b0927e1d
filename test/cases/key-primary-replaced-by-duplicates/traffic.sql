-- at before-copy
UPDATE t SET v = 0 WHERE id < 20;
INSERT INTO t (code, id, v) VALUES ('c99n', 49, 99);
DELETE FROM t WHERE id % 50 = 49;
