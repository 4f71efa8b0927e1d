-- at before-copy
UPDATE t SET username = CONCAT(username, 'x') WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, 'new', NULL, 1) ON DUPLICATE KEY UPDATE v = 2;
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t VALUES (7, 'u8', 'e', 7);
-- at before-cutover
UPDATE t SET id = -id WHERE id BETWEEN 500 AND 510;
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE Id % 50 = 49;
