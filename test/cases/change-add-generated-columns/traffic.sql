-- at before-copy
UPDATE t SET a = -a WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, 1, 'x', 1);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t VALUES (7, NULL, NULL, 7);
-- at before-cutover
UPDATE t SET b = CONCAT(b, '!'), id = id + 5000 WHERE id BETWEEN 500 AND 510;
-- at live
UPDATE t SET a = a + 1 WHERE id < 50;
