CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT, b INT, v INT, KEY a (a));
INSERT INTO t SELECT seq, seq, -seq, seq FROM seq_1_to_1500;
