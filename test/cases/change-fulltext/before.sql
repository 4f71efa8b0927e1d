CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a TEXT, b VARCHAR(200), FULLTEXT KEY b (b)) CHARACTER SET utf8mb4;
INSERT INTO t SELECT seq, CONCAT('word', seq, ' common text'), CONCAT('other', seq) FROM seq_1_to_1500;
