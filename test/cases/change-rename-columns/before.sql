CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT, b VARCHAR(20), c INT, v INT, KEY a (a), KEY bc (b, c));
INSERT INTO t SELECT seq, seq, CONCAT('b', seq), -seq, seq FROM seq_1_to_1500;
