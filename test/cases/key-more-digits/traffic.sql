-- at before-copy
UPDATE t SET id = id - INTERVAL 1 YEAR WHERE v % 4 = 0;
-- at copying
INSERT INTO t VALUES ('9999-12-31 23:59:59', 1), ('0001-01-01', 2);
DELETE FROM t WHERE v % 50 = 1;
-- at copied
UPDATE t SET id = '2050-01-01' WHERE id = '9999-12-31 23:59:59';
-- at before-cutover
REPLACE INTO t VALUES ('2050-01-01', 3), ('2024-02-29 23:59:57', 4);
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE v % 50 = 49;
