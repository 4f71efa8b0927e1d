CREATE TABLE t (
  id INT NOT NULL,
  a DOUBLE,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, seq / 4 FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, 0),
  (-999, -0e0),
  (-998, 0.5),
  (-997, NULL),
  (-996, 16777216),
  (-995, 1e10);
INSERT INTO t (id, a) VALUES
  (1601, 0),
  (1602, -0e0),
  (1603, 0.5),
  (1604, NULL),
  (1605, 16777216),
  (1606, 1e10);
