-- at before-copy
UPDATE t SET b = b + 5000 WHERE id % 3 = 0;
UPDATE t SET a = a + 5000 WHERE id % 5 = 0;
-- at copying
UPDATE t SET b = 0 WHERE id = 10;
UPDATE t SET b = 10 WHERE id = 1400;
UPDATE t SET b = 1400 WHERE id = 10;
DELETE FROM t WHERE id BETWEEN 100 AND 120;
INSERT INTO t VALUES (2000, 20000, 109, NULL);
-- at copied
REPLACE INTO t VALUES (2001, 20000, 20001, 1);
-- at before-cutover
START TRANSACTION;
UPDATE t SET b = -1 WHERE id = 20;
UPDATE t SET b = 20 WHERE id = 22;
UPDATE t SET b = 22 WHERE id = 20;
COMMIT;
-- at live
UPDATE t SET c = 1 WHERE c % 7 = 5;
DELETE FROM t WHERE id % 50 = 49;
