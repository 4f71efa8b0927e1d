-- at before-copy
UPDATE t SET b = b + 5000 WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, 1, 20000);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t VALUES (7, 7, 20001);
-- at before-cutover
UPDATE t SET id = id + 5000 WHERE id BETWEEN 500 AND 510;
-- at live
DELETE FROM t WHERE id % 50 = 49;
