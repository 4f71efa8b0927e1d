-- at before-copy
INSERT INTO t (tenant, v) VALUES (3, -1), (99, -2);
-- at copying
DELETE FROM t WHERE id > 1990;
UPDATE t SET tenant = tenant + 1 WHERE v BETWEEN 100 AND 150;
-- at copied
INSERT INTO t (tenant, v) VALUES (4, -3);
UPDATE t SET id = id + 5000 WHERE v = 700;
DELETE FROM t WHERE v = 700;
-- at before-cutover
REPLACE INTO t VALUES (1, 1, -4), (1, 26, -5);
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE tenant % 10 = 9;
