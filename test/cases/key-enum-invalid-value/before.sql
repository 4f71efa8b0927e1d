SET sql_mode = '';
CREATE TABLE t (e ENUM('a','b') NOT NULL, n INT NOT NULL, v INT, PRIMARY KEY (e, n));
INSERT INTO t SELECT seq % 3, seq, seq FROM seq_1_to_1200;
