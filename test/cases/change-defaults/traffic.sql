-- at before-copy
UPDATE t SET a = 0 WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, 1, 2, 'x', NULL);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t (id, b) VALUES (7, 70);
-- at before-cutover
UPDATE t SET id = -id WHERE id BETWEEN 500 AND 510;
-- at live
SET timestamp = 1700000000.25;
UPDATE t SET a = 1 WHERE a % 50 = 48;
DELETE FROM t WHERE id % 50 = 49;
