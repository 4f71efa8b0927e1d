-- at before-copy
DELETE FROM t WHERE id = 0;
-- at copying
UPDATE t SET id = 2147480000 + id WHERE v BETWEEN 100 AND 200;
INSERT INTO t VALUES (0, 1);
-- at copied
UPDATE t SET v = 2 WHERE id = 2147483647;
-- at before-cutover
REPLACE INTO t VALUES (0, 5), (150, 6);
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE id % 50 = 49;
