-- at before-copy
UPDATE t SET a = INSERT(a, 1, 1, 'x') WHERE n <= 100;
-- at copying
UPDATE t SET a = CONCAT('third!', a) WHERE n = 200;
UPDATE t SET a = '000200 now of 1400' WHERE n = 1400;
UPDATE t SET a = '001400 now of 200' WHERE n = 200;
DELETE FROM t WHERE n BETWEEN 500 AND 520;
-- at copied
REPLACE INTO t VALUES ('000300 replaces two', 1300, 7);
INSERT INTO t VALUES ('000301 duplicate', 9000, 8) ON DUPLICATE KEY UPDATE v = 8;
-- at before-cutover
UPDATE t SET n = n + 10000 WHERE n BETWEEN 1 AND 50;
UPDATE t SET a = CONCAT(SUBSTR(a, 1, 6), ' other') WHERE n % 100 = 7;
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE n % 50 = 49;
