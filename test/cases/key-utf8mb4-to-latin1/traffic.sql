-- at before-copy
SET NAMES utf8mb4;
UPDATE t SET id = CONCAT('äö', v, '€') WHERE v % 3 = 0;
-- at copying
DELETE FROM t WHERE v % 50 = 0;
INSERT INTO t VALUES ('ÄÖ100€', 1), ('œ', 2), ('¿', 3);
-- at copied
UPDATE t SET id = CONCAT('þ', v) WHERE v BETWEEN 700 AND 710;
REPLACE INTO t VALUES ('Œ', 4);
-- at before-cutover
UPDATE t SET id = LOWER(id) WHERE v % 7 = 0;
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE v % 50 = 49;
