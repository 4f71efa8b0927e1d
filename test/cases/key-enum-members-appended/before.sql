CREATE TABLE t (e ENUM('a','b','c') NOT NULL, n INT NOT NULL, v INT, PRIMARY KEY (e, n));
INSERT INTO t SELECT 1 + seq % 3, seq, seq FROM seq_1_to_1500;
