-- at before-copy
UPDATE t SET d = d - INTERVAL 1 YEAR WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (5000, '2021-06-06', 1), (5001, '1999-01-01', 2);
DELETE FROM t WHERE d < '2019-06-01';
-- at copied
UPDATE t SET d = '2030-01-01' WHERE id BETWEEN 700 AND 720;
-- at before-cutover
REPLACE INTO t VALUES (5000, '2021-06-06', 3);
UPDATE t SET v = -v WHERE id % 100 = 1;
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE id % 50 = 49;
