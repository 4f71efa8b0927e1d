CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT, s INT AS (a * 2) STORED, w INT AS (a + 1) VIRTUAL, x INT AS (a - 1) VIRTUAL, KEY s (s), KEY w (w));
INSERT INTO t (id, a) SELECT seq, seq FROM seq_1_to_1500;
