-- at before-copy
UPDATE t SET a = NULL WHERE c % 10 = 1;
-- at copying
UPDATE t SET a = c + 10000 WHERE a IS NULL AND c < 300;
INSERT INTO t VALUES (NULL, 'new', 1, 1), (NULL, 'new', 2, 2), (5, 'new', 3, 3) ON DUPLICATE KEY UPDATE v = -1;
-- at copied
REPLACE INTO t VALUES (7, 'B8', 8, 88);
DELETE FROM t WHERE a IS NULL AND c > 1400;
-- at before-cutover
UPDATE t SET b = UPPER(b) WHERE c % 7 = 0;
UPDATE t SET a = NULL WHERE a = 8;
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE a % 50 = 49;
