CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a ENUM('a','b','c'), b SET('p','q','r'));
INSERT INTO t SELECT seq, 1 + seq % 3, seq % 8 FROM seq_1_to_300;
