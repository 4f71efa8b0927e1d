-- at before-copy
SET NAMES utf8mb4;
UPDATE t SET a = '€', b = 'ű' WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, '', '', '', '', ''), (2001, NULL, NULL, NULL, NULL, NULL);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t VALUES (7, 'ÿ', 'š', '𠮷', 'ソ', 'É');
-- at before-cutover
UPDATE t SET e = LOWER(e) WHERE id BETWEEN 500 AND 510;
-- at live
UPDATE t SET a = NULL;
DELETE FROM t WHERE id % 50 = 49;
