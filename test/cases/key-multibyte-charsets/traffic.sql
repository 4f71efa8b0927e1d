-- at before-copy
SET NAMES utf8mb4;
UPDATE t SET a = 'ソ' WHERE v % 10 = 0;
-- at copying
DELETE FROM t WHERE b = '中7';
UPDATE t SET c = UPPER(CONCAT(c, 'x')) WHERE v BETWEEN 100 AND 200;
INSERT INTO t VALUES ('', '', '', '', 1), ('能', '誠', '𠮷', 'Ж', 2);
-- at copied
UPDATE t SET d = 'É' WHERE v % 7 = 0;
-- at before-cutover
REPLACE INTO t VALUES ('能', '誠', '𠮷', 'ж', 3);
DELETE FROM t WHERE a = 'ソ' AND v > 1400;
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE v % 50 = 49;
