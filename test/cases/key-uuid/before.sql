CREATE TABLE t (id UUID NOT NULL PRIMARY KEY, v INT);
INSERT INTO t SELECT CONCAT(LEFT(m, 8), '-', SUBSTR(m, 9, 4), '-', ELT(1 + seq % 2, '1', '4'), SUBSTR(m, 14, 3), '-9', SUBSTR(m, 18, 3), '-', RIGHT(m, 12)), seq FROM (SELECT seq, MD5(seq) m FROM seq_1_to_2000) x;
