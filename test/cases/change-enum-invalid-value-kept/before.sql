SET sql_mode = '';
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a ENUM('a','b'));
INSERT INTO t SELECT seq, seq % 3 FROM seq_1_to_1500;
