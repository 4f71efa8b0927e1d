-- at before-copy
UPDATE t SET e = 'red' WHERE v % 10 = 0;
-- at copying
DELETE FROM t WHERE e = 'green' AND n < 300;
INSERT INTO t VALUES ('green', 1, 1), ('blue', 9000, 2);
-- at copied
REPLACE INTO t VALUES ('blue', 9000, 3);
-- at before-cutover
UPDATE t SET e = 'blue' WHERE e = 'red' AND n > 1400 AND n < 1450;
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE n % 50 = 49;
