CREATE TABLE t (a VARCHAR(100) NOT NULL, n INT NOT NULL, v INT, UNIQUE KEY p (a(6)), UNIQUE KEY w (n)) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
INSERT INTO t SELECT CONCAT(LPAD(seq, 6, '0'), ' tail of ', seq), seq, seq FROM seq_1_to_1500;
