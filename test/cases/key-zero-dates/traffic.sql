-- at before-copy
SET sql_mode = 'ALLOW_INVALID_DATES';
UPDATE t SET d = '2023-11-31' WHERE n % 9 = 0;
-- at copying
INSERT INTO t VALUES ('0000-00-00', -1, 1), ('9999-00-00', -2, 2);
UPDATE t SET v = v + 1 WHERE d = '0000-00-00';
DELETE FROM t WHERE d = '2024-00-00' AND n < 200;
-- at copied
UPDATE t SET d = '0000-00-00' WHERE d = '2024-02-31' AND n > 1000;
REPLACE INTO t VALUES ('9999-00-00', -2, 3);
-- at before-cutover
DELETE FROM t WHERE d = '0000-00-00' AND n = -1;
UPDATE t SET d = '2024-00-01' WHERE n = -2;
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE n % 50 = 49;
