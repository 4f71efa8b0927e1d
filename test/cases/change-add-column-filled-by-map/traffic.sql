-- at before-copy
UPDATE t SET last_name = 'Ünï' WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, 'x', '', 1), (0, '', 'y', 2);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
UPDATE t SET v = -v WHERE id % 5 = 0;
-- at before-cutover
REPLACE INTO t VALUES (2000, 'z', 'z', 3);
UPDATE t SET id = -3 WHERE id = 3;
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE id % 50 = 49;
