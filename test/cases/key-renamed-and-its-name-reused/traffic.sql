-- at before-copy
UPDATE t SET id = id + 5000 WHERE v % 10 = 0;
-- at copying
INSERT INTO t VALUES (3000, 1, 1), (3001, 9999, 2) ON DUPLICATE KEY UPDATE v = -2;
DELETE FROM t WHERE code BETWEEN 9000 AND 9010;
-- at copied
REPLACE INTO t VALUES (5, 9993, 7);
-- at before-cutover
UPDATE t SET code = code + 50000 WHERE id BETWEEN 100 AND 120;
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE old_id % 50 = 49;
