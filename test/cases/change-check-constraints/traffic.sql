-- at before-copy
UPDATE t SET b = -b WHERE id % 3 = 0;
UPDATE t SET b = 14 WHERE b = 13;
-- at copying
INSERT INTO t VALUES (2000, 1, 1, '[]'), (2001, NULL, NULL, NULL);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t VALUES (7, 7, 7, '7');
-- at before-cutover
UPDATE t SET id = id + 5000 WHERE id BETWEEN 500 AND 510;
-- at live
UPDATE t SET a = 1 WHERE a % 50 = 48;
DELETE FROM t WHERE id % 50 = 49;
