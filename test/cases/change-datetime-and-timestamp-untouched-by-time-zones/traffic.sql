-- at before-copy
SET time_zone = '-03:00';
UPDATE t SET a = '2020-06-30 23:30:00', b = '2020-06-30 23:30:00' WHERE id % 3 = 0;
-- at copying
SET time_zone = '+13:00';
INSERT INTO t VALUES (2000, '1970-01-01 13:00:01', '1000-01-01', 1);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
SET time_zone = '+00:00';
REPLACE INTO t VALUES (7, '2038-01-19 03:14:07', '9999-12-31 23:59:59', 7);
-- at before-cutover
SET time_zone = '-12:00';
UPDATE t SET v = 0, b = b WHERE id BETWEEN 500 AND 510;
-- at live
SET timestamp = 1700000000.25;
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE id % 50 = 49;
