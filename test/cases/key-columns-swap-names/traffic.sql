-- at before-copy
UPDATE t SET a = a + 40 WHERE v % 10 = 0;
-- at copying
INSERT INTO t VALUES (1, 5000, 1), (5000, 1, 2);
DELETE FROM t WHERE b BETWEEN 900 AND 910;
-- at copied
REPLACE INTO t VALUES (1, 5000, 7), (5000, 1, 8);
-- at before-cutover
UPDATE t SET a = b, b = a WHERE v BETWEEN 100 AND 120;
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE b % 10 = 9;
