CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a ENUM('p','q','r'));
INSERT INTO t SELECT seq, 1 + seq % 3 FROM seq_1_to_1500;
