-- at before-copy
UPDATE t SET id = id + 1 WHERE v % 10 = 0 ORDER BY id DESC;
-- at copying
INSERT INTO t SELECT -CAST(POW(1.05, seq) AS SIGNED) - seq, -seq FROM seq_1_to_500;
DELETE FROM t WHERE v BETWEEN 900 AND 950;
-- at copied
INSERT INTO t VALUES (9223372036854775807, 1), (-9223372036854775808, 2);
-- at before-cutover
UPDATE t SET id = -id WHERE v BETWEEN 1400 AND 1450;
