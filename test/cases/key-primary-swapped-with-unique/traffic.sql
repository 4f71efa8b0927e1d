-- at before-copy
UPDATE t SET id = id + 10000 WHERE v % 4 = 0;
-- at copying
UPDATE t SET uuid = CONCAT('zz', SUBSTR(uuid, 3)) WHERE v BETWEEN 10 AND 60;
INSERT INTO t VALUES (10004, 'new', 1), (5, 'newer', 2), (90000, 'newest', 3) ON DUPLICATE KEY UPDATE v = -v;
-- at copied
REPLACE INTO t SELECT 7, uuid, 77 FROM t WHERE id = 9;
DELETE FROM t WHERE v BETWEEN 1000 AND 1020;
-- at before-cutover
UPDATE t SET uuid = UPPER(uuid) WHERE v % 50 = 0;
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE id % 50 = 49;
