-- at before-copy
DELETE FROM t WHERE v % 10 = 0;
-- at copying
UPDATE t SET id = id + 1 WHERE v BETWEEN 101 AND 199;
INSERT INTO t VALUES (0, 1), (-1, 2);
-- at copied
UPDATE t SET v = 2 WHERE id < 0 AND v % 7 = 1;
-- at before-cutover
REPLACE INTO t VALUES (0, 5), (-2, 6);
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE v % 50 = 49;
