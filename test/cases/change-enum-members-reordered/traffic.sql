-- at before-copy
UPDATE t SET a = 'b', b = 'r,p' WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, 'c', '', 'y'), (2001, NULL, NULL, NULL);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t VALUES (7, 'a', 'q', 'x');
-- at before-cutover
UPDATE t SET a = 'c', c = 'y' WHERE id BETWEEN 500 AND 510;
-- at live
UPDATE t SET a = NULL;
DELETE FROM t WHERE id % 50 = 49;
