-- at before-copy
DELETE FROM t WHERE id BETWEEN 200 AND 300;
-- at copying
UPDATE t SET v = 5 WHERE id = 2147483647;
-- at copied
INSERT INTO t VALUES (2147483646, -2);
-- at before-cutover
REPLACE INTO t VALUES (1, 1);
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE id % 50 = 49;
