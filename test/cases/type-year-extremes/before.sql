CREATE TABLE t (
  id INT NOT NULL,
  a YEAR,
  b YEAR(4) NOT NULL,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b) SELECT seq, 2000 + seq % 100, 2000 FROM seq_1_to_1500;
INSERT INTO t (id, a, b) VALUES
  (-1000, 0, 1901),
  (-999, 1901, 2155),
  (-998, 2155, 0),
  (-997, '0000', 1901),
  (-996, NULL, 2155);
INSERT INTO t (id, a, b) VALUES
  (1601, 0, 1901),
  (1602, 1901, 2155),
  (1603, 2155, 0),
  (1604, '0000', 1901),
  (1605, NULL, 2155);
