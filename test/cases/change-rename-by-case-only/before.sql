CREATE TABLE t (id INT NOT NULL PRIMARY KEY, userName VARCHAR(20), eMail VARCHAR(20), v INT, UNIQUE KEY (userName));
INSERT INTO t SELECT seq, CONCAT('u', seq), CONCAT('e', seq), seq FROM seq_1_to_1500;
