-- at before-copy
SET NAMES utf8mb4;
UPDATE t SET a = UPPER(a) WHERE id % 3 = 0;
-- at copying
UPDATE t SET a = 'third' WHERE id = 10;
UPDATE t SET a = 'a10' WHERE id = 1400;
UPDATE t SET a = 'Ä1400' WHERE id = 10;
DELETE FROM t WHERE id BETWEEN 100 AND 120;
INSERT INTO t VALUES (2000, 'a110');
-- at copied
REPLACE INTO t VALUES (2000, 'a7x');
-- at before-cutover
UPDATE t SET a = 'third' WHERE id = 20;
UPDATE t SET a = 'Á20' WHERE id = 1300;
-- at live
DELETE FROM t WHERE id % 50 = 49;
