CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a ENUM('a','b','c'));
INSERT INTO t SELECT seq, 1 + seq % 2 FROM seq_1_to_1500;
