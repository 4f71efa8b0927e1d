-- at before-copy
UPDATE t SET v = 0 WHERE a16 % 10 = 0;
-- at copying
UPDATE t SET a12 = a12 + 10, a4 = 'ZZ' WHERE a16 % 9 = 0;
DELETE FROM t WHERE a16 BETWEEN 100 AND 160;
-- at copied
UPDATE t SET a9 = x'00FF', a11 = 0 WHERE a16 BETWEEN 700 AND 800;
INSERT INTO t SELECT 1, 200, -5, 'zz', '2024-02-29', 2024, 1, b'101', 'ab', '-01:00:00', -1.25, 99, 'same', 7, 3, seq, seq FROM seq_1_to_50;
-- at before-cutover
UPDATE t SET a1 = 2 WHERE a12 = 99 AND a16 < 20;
DELETE FROM t WHERE a16 = 701;
-- at live
DELETE FROM t WHERE a1 % 3 = 2;
