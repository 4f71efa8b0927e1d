CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a ENUM('a','b','c','unused'), b SET('p','q','r','unused'), c ENUM('x','y') CHARACTER SET latin1) CHARACTER SET utf8mb4;
INSERT INTO t SELECT seq, 1 + seq % 3, seq % 8, NULLIF(seq % 3, 0) FROM seq_1_to_1500;
