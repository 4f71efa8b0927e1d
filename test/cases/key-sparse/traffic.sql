-- at before-copy
UPDATE t SET id = -id WHERE v % 100 = 0;
-- at copying
INSERT INTO t SELECT -CAST(POW(1.05, seq) AS SIGNED) - CAST(seq AS SIGNED), -CAST(seq AS SIGNED) FROM seq_1_to_500;
DELETE FROM t WHERE v BETWEEN 900 AND 950;
-- at copied
INSERT INTO t VALUES (9223372036854775807, 1), (-9223372036854775808, 2);
-- at before-cutover
UPDATE t SET id = -id WHERE v BETWEEN 1400 AND 1450;
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE id % 50 = 49;
