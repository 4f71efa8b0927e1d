-- at before-copy
SET NAMES utf8mb4;
UPDATE t SET a = 'œ', d = 'a' WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, 'ÿ', '', '日本', 'b', x'FF', 'Ё'), (2001, NULL, NULL, NULL, NULL, NULL, NULL);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t VALUES (7, '', 'Þ', '', 'b', '', '');
-- at before-cutover
UPDATE t SET b = CONCAT(a, b) WHERE id BETWEEN 500 AND 510;
-- at live
UPDATE t SET c = NULL;
DELETE FROM t WHERE id % 50 = 49;
