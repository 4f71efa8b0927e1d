-- at before-copy
UPDATE t SET a = 0 WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, 1, 1), (0, 2, 2);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
UPDATE t SET a = 9 WHERE id % 5 = 0;
-- at before-cutover
REPLACE INTO t VALUES (2000, 3, 3);
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE id % 50 = 49;
