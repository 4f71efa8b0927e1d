-- at before-copy
DELETE FROM t WHERE id % 5 = 0;
-- at copying
INSERT INTO t (v) VALUES (-1), (-2);
UPDATE t SET id = id + 100000 WHERE id BETWEEN 100 AND 200;
-- at copied
INSERT INTO t VALUES (2147483646, -3);
DELETE FROM t WHERE id = 2147483646;
-- at before-cutover
UPDATE t SET id = -id WHERE id BETWEEN 300 AND 310;
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE id % 50 = 49;
