-- at before-copy
UPDATE t SET id = UPPER(id) WHERE v % 3 = 0;
-- at copying
DELETE FROM t WHERE id = 'Key-5';
INSERT INTO t VALUES ('key-5', 5);
UPDATE t SET id = LOWER(id) WHERE v % 10 = 0;
-- at copied
START TRANSACTION;
INSERT INTO t VALUES ('KEY-11', 110);
DELETE FROM t WHERE id = 'Key-11';
COMMIT;
-- at before-cutover
UPDATE t SET id = CONCAT(id, ' ') WHERE v BETWEEN 100 AND 130;
DELETE FROM t WHERE id = 'Key-13';
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE v % 50 = 49;
