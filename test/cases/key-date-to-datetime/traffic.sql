-- at before-copy
UPDATE t SET id = id - INTERVAL 100 YEAR WHERE v % 4 = 0;
-- at copying
INSERT INTO t VALUES ('9999-12-31', 1, 1), ('0001-01-01', 1, 2);
DELETE FROM t WHERE v % 50 = 1;
-- at copied
UPDATE t SET id = '2050-01-01' WHERE id = '9999-12-31';
-- at before-cutover
REPLACE INTO t VALUES ('2050-01-01', 1, 3);
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE n % 3 = 2;
