-- at before-copy
SET NAMES utf8mb4;
UPDATE t SET id = CONCAT('e', v, 'ss') WHERE v % 4 = 0;
-- at copying
UPDATE t SET id = CONCAT('É', v, 'SS') WHERE v % 6 = 0;
DELETE FROM t WHERE id = 'E10SS';
INSERT INTO t VALUES ('ê10ß', 10), ('è1799ss', 4) ON DUPLICATE KEY UPDATE id = VALUES(id);
-- at copied
REPLACE INTO t VALUES ('ë11ß', 11), ('ë1700ß', 12);
UPDATE t SET v = v + 1 WHERE id = 'e12ss';
-- at before-cutover
UPDATE t SET id = CONCAT('e', v, 'ß') WHERE v BETWEEN 500 AND 600;
DELETE FROM t WHERE v = 505;
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE v % 50 = 49;
