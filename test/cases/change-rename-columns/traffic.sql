-- at before-copy
UPDATE t SET a = -a, b = UPPER(b) WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, 1, 'x', 1, 1);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t VALUES (7, 7, '', 7, 7);
-- at before-cutover
UPDATE t SET c = c + 1, id = id + 5000 WHERE id BETWEEN 500 AND 510;
-- at live
INSERT INTO t (id, alpha, beta, gamma) VALUES (9000, 1, 'after', 2);
