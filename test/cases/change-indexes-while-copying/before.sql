CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, a INT, b VARCHAR(100), c TEXT, d INT, KEY a (a), KEY b (b), KEY old (d)) CHARACTER SET utf8mb4;
INSERT INTO t SELECT seq, seq % 100, CONCAT('b', seq), REPEAT('c', seq % 90), seq FROM seq_1_to_1500;
