CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT, b INT, c TEXT, d INT, v INT, KEY a (a), KEY ab (a, b), KEY d (d));
INSERT INTO t SELECT seq, seq, seq % 10, REPEAT('c', seq % 50), -seq, seq FROM seq_1_to_1500;
