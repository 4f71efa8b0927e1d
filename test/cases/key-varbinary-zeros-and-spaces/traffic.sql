-- at before-copy
DELETE FROM t WHERE v % 16 = 3;
-- at copying
UPDATE t SET id = CONCAT(id, x'000000') WHERE v % 40 = 6;
INSERT INTO t VALUES ('', 1), (x'00', 2), (' ', 3), (x'0000', 4), (x'FF', 5);
-- at copied
UPDATE t SET v = 100000 + v WHERE id IN ('', x'00', ' ');
REPLACE INTO t VALUES (x'00', 7), (CONCAT('490', x'00'), 8);
-- at before-cutover
DELETE FROM t WHERE id = ' ';
UPDATE t SET id = '  ' WHERE id = x'0000';
-- at live
DELETE FROM t WHERE v % 50 = 49;
