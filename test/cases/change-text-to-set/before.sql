CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a VARCHAR(10), b ENUM('p','q')) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
INSERT INTO t SELECT seq, ELT(1 + seq % 4, 'p', 'p,r', '', NULL), 1 + seq % 2 FROM seq_1_to_1500;
