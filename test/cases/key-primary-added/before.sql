CREATE TABLE t (code VARCHAR(20) NOT NULL, v INT, UNIQUE KEY code (code)) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
INSERT INTO t SELECT CONCAT('c', seq), seq FROM seq_1_to_2000;
