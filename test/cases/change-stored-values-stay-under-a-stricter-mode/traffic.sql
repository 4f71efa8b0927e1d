-- at before-copy
SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES';
UPDATE t SET dt = '2021-02-31 10:00:00' WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, '9999-00-00', NULL, 0, 'a', 1);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t VALUES (0, '0000-00-00', '0000-00-00', 0, 'b', 7);
-- at before-cutover
UPDATE t SET d = '0000-00-00', id = id + 5000 WHERE id BETWEEN 500 AND 510;
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE id % 50 = 49;
