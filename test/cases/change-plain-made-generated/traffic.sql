-- at before-copy
UPDATE t SET a = -a WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, 1, 1);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t VALUES (7, NULL, 7);
-- at before-cutover
UPDATE t SET s = 8, id = id + 5000 WHERE id BETWEEN 500 AND 510;
-- at live
UPDATE t SET a = 1 WHERE a % 50 = 48;
DELETE FROM t WHERE id % 50 = 49;
