CREATE TABLE t (a INT, v INT, UNIQUE KEY (a));
INSERT INTO t SELECT IF(seq % 5 = 0, NULL, seq), seq FROM seq_1_to_400;
