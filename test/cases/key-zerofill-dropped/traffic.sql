-- at before-copy
UPDATE t SET id = id + 1 WHERE v % 10 = 0;
-- at copying
DELETE FROM t WHERE id < 200;
INSERT INTO t VALUES (0, 1), (4294967295, 2);
-- at copied
REPLACE INTO t VALUES (4294967295, 3);
-- at before-cutover
UPDATE t SET id = 7 WHERE id = 0;
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE id % 50 = 49;
