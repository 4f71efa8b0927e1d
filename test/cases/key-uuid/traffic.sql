-- at before-copy
UPDATE t SET v = -v WHERE v % 8 = 0;
-- at copying
INSERT INTO t VALUES ('00000000-0000-0000-0000-000000000000', 1), ('FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF', 2), ('123e4567-e89b-12d3-a456-426614174000', -3);
DELETE FROM t WHERE v BETWEEN 70 AND 99;
UPDATE t SET id = '123e4567-e89b-12d3-a456-426614174001' WHERE v = -3;
-- at copied
UPDATE t SET id = CONCAT('a', SUBSTR(id, 2)) WHERE v BETWEEN 1000 AND 1040 AND id NOT LIKE 'a%';
REPLACE INTO t VALUES ('00000000-0000-0000-0000-000000000000', 4);
-- at before-cutover
DELETE FROM t WHERE id = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
UPDATE t SET id = 'ffffffff-ffff-ffff-ffff-fffffffffffe' WHERE v = -3;
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE v % 50 = 49;
