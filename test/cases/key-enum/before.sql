CREATE TABLE t (e ENUM('plain','with,comma','it''s','',' lead','Ünï') CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL, n INT NOT NULL, v INT, PRIMARY KEY (e, n));
INSERT INTO t SELECT 1 + seq % 6, seq, seq FROM seq_1_to_1800;
