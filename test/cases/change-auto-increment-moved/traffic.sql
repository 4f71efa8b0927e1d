-- at before-copy
UPDATE t SET v = 0 WHERE v % 3 = 0;
-- at copying
INSERT INTO t (n, v) VALUES (-1, 1), (-2, 2);
DELETE FROM t WHERE id BETWEEN 1000 AND 1200;
-- at copied
REPLACE INTO t VALUES (7, 70, 7);
-- at before-cutover
UPDATE t SET n = n - 100000 WHERE id BETWEEN 500 AND 510;
-- at live
INSERT INTO t (id, v) VALUES (-1, -1);
