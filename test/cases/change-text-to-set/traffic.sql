-- at before-copy
UPDATE t SET a = 'p,q' WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, 'q', 'p');
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t VALUES (7, 'q,r', NULL);
-- at before-cutover
UPDATE t SET id = -id WHERE id BETWEEN 500 AND 510;
-- at live
UPDATE t SET a = NULL;
DELETE FROM t WHERE id % 50 = 49;
