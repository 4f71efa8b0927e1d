SET NAMES utf8mb4;
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a ENUM('a','it''s','ünï'), b SET('p','q','r'), c VARCHAR(10)) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
INSERT INTO t SELECT seq, 1 + seq % 3, seq % 8, ELT(1 + seq % 3, 'red', 'green', '') FROM seq_1_to_1500;
