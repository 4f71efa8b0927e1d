CREATE TABLE t (
  id INT NOT NULL,
  a DECIMAL(12,4),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, seq / 2 FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, 1.5),
  (-999, -1.5000),
  (-998, 0),
  (-997, NULL),
  (-996, 99999999.9);
INSERT INTO t (id, a) VALUES
  (1601, 1.5),
  (1602, -1.5000),
  (1603, 0),
  (1604, NULL),
  (1605, 99999999.9);
