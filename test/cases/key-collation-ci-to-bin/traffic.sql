-- at before-copy
UPDATE t SET id = UPPER(id) WHERE v % 3 = 0;
-- at copying
UPDATE t SET id = LOWER(id) WHERE v % 9 = 0;
DELETE FROM t WHERE id = 'key-5';
INSERT INTO t VALUES ('KEY-5', 5), ('kEY-1999', 6) ON DUPLICATE KEY UPDATE id = VALUES(id);
-- at copied
REPLACE INTO t VALUES ('key-7', 7), ('KEY-8', 8), ('Key-8 ', 9);
DELETE FROM t WHERE id = 'KEY-10';
-- at before-cutover
START TRANSACTION;
DELETE FROM t WHERE id = 'KEY-11';
INSERT INTO t VALUES ('kEy-11', 11);
UPDATE t SET id = 'keY-11' WHERE v = 11;
COMMIT;
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE v % 50 = 49;
