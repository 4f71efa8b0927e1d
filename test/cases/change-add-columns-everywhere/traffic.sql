-- at before-copy
UPDATE t SET a = -a WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, 1, 'x', 1), (0, 2, 'y', 2);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t VALUES (5, 5, NULL, 5), (1400, NULL, NULL, NULL);
-- at before-cutover
INSERT INTO t VALUES (0, 3, 'z', 3) ON DUPLICATE KEY UPDATE v = 9;
UPDATE t SET id = -1 WHERE id = 2000;
-- at live
INSERT INTO t (id, a, x) VALUES (3000, 1, 'abc');
UPDATE t SET last_one = 'no' WHERE id < 10;
