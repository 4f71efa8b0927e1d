CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a VARCHAR(10), b ENUM('p','q')) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
INSERT INTO t SELECT seq, 'p', 1 FROM seq_1_to_300;
INSERT INTO t VALUES (400, 'q,p', 'p'), (401, 'P', 'p'), (402, 'r', 'p'), (403, NULL, 'q');
