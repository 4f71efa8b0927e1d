-- at before-copy
UPDATE t SET a = 0 WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, 1, 2, NULL);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t VALUES (7, 70, 700, 7);
-- at before-cutover
UPDATE t SET c = d, d = NULL WHERE id BETWEEN 500 AND 510;
-- at live
INSERT INTO t (id, b) VALUES (3000, NULL);
