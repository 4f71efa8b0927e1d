-- at before-copy
UPDATE t SET a = d, d = a WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (1, 'x', 2000, NULL, 4, 5);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t VALUES (1, 'y', 7, '2000-01-01', 8, 9);
-- at before-cutover
UPDATE t SET id = -id WHERE id BETWEEN 500 AND 510;
-- at live
UPDATE t SET d = 0 WHERE d % 3 = 1;
DELETE FROM t WHERE id % 50 = 49;
