-- at before-copy
INSERT INTO t VALUES ('-838:59:59.99', -1), ('838:59:59.99', -2), ('-00:00:00.01', -3), ('00:00:00.01', -4);
-- at copying
UPDATE t SET v = v * 2 WHERE id < 0 AND v % 5 = 0;
UPDATE t SET id = '-00:01:00' WHERE v = -3;
DELETE FROM t WHERE v = 1000;
-- at copied
UPDATE t SET id = '-00:00:01' WHERE id = '-00:01:00';
REPLACE INTO t VALUES ('-838:59:59.99', 9), ('00:00:00', 10);
-- at before-cutover
DELETE FROM t WHERE id = '838:59:59.99';
UPDATE t SET id = '-10:00:00' WHERE v = -4;
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE v % 50 = 49;
