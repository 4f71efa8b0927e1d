-- at before-copy
UPDATE t SET a = 0 WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, 1, 2);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t VALUES (7, 70, 700);
-- at before-cutover
UPDATE t SET a = b, b = id WHERE id BETWEEN 500 AND 510;
-- at live
UPDATE t SET b = 1 WHERE b % 50 = 48;
DELETE FROM t WHERE id % 50 = 49;
