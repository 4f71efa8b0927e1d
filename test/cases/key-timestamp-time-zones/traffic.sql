-- at before-copy
SET time_zone = '-08:00';
UPDATE t SET id = id + INTERVAL 1 HOUR WHERE v % 7 = 0;
-- at copying
SET time_zone = '+13:00';
INSERT INTO t VALUES ('2021-10-31 02:30:00.123', 1), ('1970-01-01 13:00:01', 2), ('2038-01-19 03:14:07.999', 3);
DELETE FROM t WHERE v BETWEEN 50 AND 90;
-- at copied
SET time_zone = '+00:00';
UPDATE t SET v = v + 5000 WHERE id < '2021-10-31 00:10:00';
-- at before-cutover
SET time_zone = '+02:00';
REPLACE INTO t VALUES ('2021-10-31 02:30:00.123', 4);
UPDATE t SET id = '2000-01-01 00:00:00.001' WHERE v = 4;
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE v % 50 = 49;
