-- at before-copy
SET NAMES utf8mb4;
UPDATE t SET e = 'with,comma' WHERE e = 'it''s' AND n % 4 = 0;
-- at copying
UPDATE t SET e = '' WHERE n BETWEEN 300 AND 330;
INSERT INTO t VALUES ('UNI', 5000, 1), (' lead', 5001, 2), ('plain', 5002, 3);
DELETE FROM t WHERE e = 'with,comma' AND n < 200;
-- at copied
UPDATE t SET v = v + 1 WHERE e = '';
REPLACE INTO t VALUES ('Ünï', 5000, 4), ('it''s', 3, 5);
-- at before-cutover
UPDATE t SET e = 'plain' WHERE e = 'Ünï' AND n > 1700;
DELETE FROM t WHERE e = ' lead' AND n = 5001;
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE n % 50 = 49;
