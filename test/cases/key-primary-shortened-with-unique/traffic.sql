-- at before-copy
UPDATE t SET b = b + 1 WHERE v % 5 = 0;
-- at copying
UPDATE t SET a = a + 5000 WHERE v BETWEEN 100 AND 150;
DELETE FROM t WHERE a > 1900 AND a < 1950;
INSERT INTO t VALUES (100, 0, 1), (1910, 0, 2);
-- at copied
REPLACE INTO t VALUES (5100, 3, 3), (1, 1, 4);
-- at before-cutover
UPDATE t SET a = -a, b = -b WHERE a BETWEEN 300 AND 320;
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE a % 50 = 49;
