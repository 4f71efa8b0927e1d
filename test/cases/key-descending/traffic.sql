-- at before-copy
DELETE FROM t WHERE id > 7000 AND v % 2 = 0;
-- at copying
UPDATE t SET id = id + 1 WHERE v BETWEEN 300 AND 600;
INSERT INTO t VALUES (-1, 1), (100000, 2);
-- at copied
UPDATE t SET v = 0 WHERE id < 100;
REPLACE INTO t VALUES (9, 3), (7000, 4);
-- at before-cutover
UPDATE t SET id = 100001 WHERE id = -1;
DELETE FROM t WHERE id = 100000;
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE id % 50 = 49;
