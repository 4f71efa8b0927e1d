CREATE TABLE t (
  id INT NOT NULL,
  a INT,
  PRIMARY KEY (id),
  v INT AS (a * 2) VIRTUAL, w INT AS (-a) STORED, UNIQUE KEY (v), UNIQUE KEY (w)
);
INSERT INTO t (id, a) SELECT seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, NULL);
INSERT INTO t (id, a) VALUES
  (1601, NULL);
