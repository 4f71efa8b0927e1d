CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT CHECK (a < 100000), b INT, c LONGTEXT, CONSTRAINT old CHECK (b > -100000));
INSERT INTO t SELECT seq, seq, IF(seq = 13, 14, seq), CONCAT('{"n": ', seq, '}') FROM seq_1_to_1500;
