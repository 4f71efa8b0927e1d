-- at before-copy
UPDATE t SET id = x'FF00' WHERE v = 7;
-- at copying
DELETE FROM t WHERE v % 5 = 0;
INSERT INTO t VALUES (x'00', 1), (x'FFFFFFFF', 2);
-- at copied
UPDATE t SET v = 9 WHERE id = x'00000100';
-- at before-cutover
DELETE FROM t WHERE id = x'FF000000';
