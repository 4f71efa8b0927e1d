-- at before-copy
SET NAMES utf8mb4;
DELETE FROM t WHERE id LIKE 'é1%';
-- at copying
UPDATE t SET id = CONCAT(id, ' ') WHERE v % 4 = 0;
UPDATE t SET v = -v WHERE v % 4 = 2;
INSERT INTO t VALUES ('e', 1), ('é', 2), ('E', 3), ('e ', 4), ('e  ', 5);
-- at copied
DELETE FROM t WHERE id = 'e ';
UPDATE t SET id = UPPER(id) WHERE id = 'é';
-- at before-cutover
UPDATE t SET id = RTRIM(id) WHERE v % 4 = 0 AND v < 400;
REPLACE INTO t VALUES ('É', 20), ('e', 10);
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE v % 50 = 49;
