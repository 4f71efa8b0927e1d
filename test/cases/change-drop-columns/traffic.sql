-- at before-copy
UPDATE t SET a = 0, c = NULL WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, 1, 1, 'x', 1, 1) ON DUPLICATE KEY UPDATE b = 8;
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
UPDATE t SET c = 'only what is dropped' WHERE id % 5 = 0;
REPLACE INTO t VALUES (7, 7, 7, '', 7, 7);
-- at before-cutover
UPDATE t SET id = id + 5000 WHERE id % 100 = 0;
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE id % 50 = 49;
