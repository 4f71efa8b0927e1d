CREATE TABLE t (
  id INT NOT NULL,
  a DECIMAL(12,4),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, seq / 2 FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, 1.55),
  (-999, 0);
INSERT INTO t (id, a) VALUES
  (1601, 1.55),
  (1602, 0);
