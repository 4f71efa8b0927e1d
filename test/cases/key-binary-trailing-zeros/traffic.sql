-- at before-copy
UPDATE t SET v = -v WHERE v % 10 = 1;
DELETE FROM t WHERE id = x'000100000000';
-- at copying
INSERT INTO t VALUES ('', 1), ('a', 2), ('a ', 3) ON DUPLICATE KEY UPDATE v = 4;
UPDATE t SET id = CONCAT(LEFT(id, 2), x'FF000000') WHERE v BETWEEN 100 AND 200;
-- at copied
DELETE FROM t WHERE v BETWEEN 150 AND 160;
REPLACE INTO t VALUES (x'0003', 33), (x'07CF', 34);
-- at before-cutover
UPDATE t SET id = x'FFFFFFFFFFFF' WHERE id = x'610000000000';
UPDATE t SET id = x'FF' WHERE id = x'FFFFFFFFFFFF';
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE v % 50 = 49;
