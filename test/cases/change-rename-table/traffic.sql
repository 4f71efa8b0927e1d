-- at before-copy
UPDATE t SET v = 0 WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, 1), (0, 2);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t VALUES (7, 7), (1400, NULL);
-- at before-cutover
UPDATE t SET id = -id WHERE id BETWEEN 500 AND 510;
-- at live
INSERT INTO u (id, v, n) VALUES (3000, 1, 2);
DELETE FROM u WHERE id = 7;
