CREATE TABLE d (s INT NOT NULL PRIMARY KEY, t INT, k INT, n INT, x INT, h INT, total INT, d INT, UNIQUE KEY k (k));
INSERT INTO d SELECT seq, seq, seq, seq, seq, seq, seq, seq FROM seq_1_to_1500;
