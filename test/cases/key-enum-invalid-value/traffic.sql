-- at before-copy
SET sql_mode = '';
UPDATE t SET e = 'nonsense' WHERE n % 10 = 1;
-- at copying
UPDATE t SET e = 'a' WHERE e = 0 AND n < 300;
INSERT INTO t VALUES (0, 5000, 1);
-- at copied
UPDATE t SET v = v + 1 WHERE e = 0;
DELETE FROM t WHERE e = 0 AND n > 1100 AND n < 1150;
-- at before-cutover
UPDATE t SET e = 'b' WHERE n = 5000;
REPLACE INTO t VALUES (0, 3, 3);
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE n % 50 = 49;
