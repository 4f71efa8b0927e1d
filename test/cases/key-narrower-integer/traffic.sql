-- at before-copy
DELETE FROM t WHERE id % 100 = 0;
-- at copying
UPDATE t SET id = id + 1 WHERE v BETWEEN 100 AND 200;
INSERT INTO t VALUES (65535, 1), (0, 2);
-- at copied
REPLACE INTO t VALUES (65535, 3);
-- at before-cutover
UPDATE t SET id = 65534 WHERE id = 65535;
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE id % 3 = 2;
