CREATE TABLE t (
  id INT NOT NULL,
  a DECIMAL(12,3),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, 0.5);
INSERT INTO t (id, a) VALUES
  (1601, 0.5);
