-- at before-copy
UPDATE t SET tenant = 21 WHERE v % 5 = 0;
-- at copying
INSERT INTO t (tenant, v) VALUES (1, -1), (2, -2), (3, -3);
DELETE FROM t WHERE id > 1980 AND id < 2000;
-- at copied
UPDATE t SET id = id + 10000 WHERE v BETWEEN 20 AND 25;
INSERT INTO t (tenant, v) VALUES (4, -4);
-- at before-cutover
DELETE FROM t WHERE v = -4;
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE id % 50 = 49;
