-- at before-copy
UPDATE t SET a = a + 1000 WHERE id % 3 = 0;
-- at copying
UPDATE t SET a = 99999 WHERE id = 10;
UPDATE t SET a = 1, b = 0 WHERE id = 1400;
UPDATE t SET a = 140, b = 0 WHERE id = 10;
DELETE FROM t WHERE id BETWEEN 100 AND 120;
INSERT INTO t VALUES (2000, 5000, 1);
-- at copied
REPLACE INTO t VALUES (7, 5001, 7);
-- at before-cutover
UPDATE t SET id = -id WHERE id BETWEEN 500 AND 510;
-- at live
DELETE FROM t WHERE id % 50 = 49;
