CREATE TABLE t (
  id INT NOT NULL,
  a DOUBLE,
  PRIMARY KEY (id),
  UNIQUE KEY u (a)
);
INSERT INTO t (id, a) SELECT seq, seq / 3 FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, NULL);
INSERT INTO t (id, a) VALUES
  (1601, NULL);
