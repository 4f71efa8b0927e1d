CREATE TABLE t (
  id INT NOT NULL,
  a DECIMAL(12,3),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, seq / 8 FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, -999999999.999),
  (-999, 0),
  (-998, NULL),
  (-997, -0.001);
INSERT INTO t (id, a) VALUES
  (1601, -999999999.999),
  (1602, 0),
  (1603, NULL),
  (1604, -0.001);
