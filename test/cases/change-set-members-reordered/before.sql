CREATE TABLE t (id INT NOT NULL PRIMARY KEY, b SET('p','q','r'));
INSERT INTO t SELECT seq, seq % 8 FROM seq_1_to_300;
