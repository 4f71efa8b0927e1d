CREATE TABLE t (
  id INT NOT NULL,
  a YEAR,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, 2000 + seq % 100 FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, 0);
INSERT INTO t (id, a) VALUES
  (1601, 0);
