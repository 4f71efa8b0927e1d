CREATE TABLE t (a INT NULL, b VARCHAR(20) NOT NULL, c INT NOT NULL, v INT, UNIQUE KEY (a), UNIQUE KEY (b, c)) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
INSERT INTO t SELECT IF(seq % 3 = 0, NULL, seq), CONCAT('b', seq % 50), seq, seq FROM seq_1_to_1500;
