-- at before-copy
SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';
UPDATE t SET v = -1 WHERE id = 0;
-- at copying
DELETE FROM t WHERE id BETWEEN 200 AND 300;
DELETE FROM t WHERE id = 0;
INSERT INTO t VALUES (0, -2);
-- at copied
UPDATE t SET id = -1 WHERE id = 0;
UPDATE t SET id = 0 WHERE id = 1;
-- at before-cutover
INSERT INTO t VALUES (0, 5) ON DUPLICATE KEY UPDATE v = -5;
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE id % 50 = 49;
