-- at before-copy
UPDATE t SET a = a + 50 WHERE v % 5 = 0;
-- at copying
UPDATE t SET id = id + 5000 WHERE v BETWEEN 100 AND 150;
REPLACE INTO t VALUES (7, 8, 8, 7), (9000, 9, 9, 7);
-- at copied
DELETE FROM t WHERE b BETWEEN 1500 AND 1550;
INSERT INTO t VALUES (1510, 1, 1, 1), (9000, 9, 9, 2) ON DUPLICATE KEY UPDATE b = b + 30000;
-- at before-cutover
UPDATE t SET b = -b WHERE v % 100 = 1;
-- at live
UPDATE t SET id = 1 WHERE id % 50 = 48;
DELETE FROM t WHERE id % 50 = 49;
