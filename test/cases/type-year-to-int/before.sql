CREATE TABLE t (
  id INT NOT NULL,
  a YEAR,
  b SMALLINT,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b) SELECT seq, 2000 + seq % 100, 2000 + seq % 100 FROM seq_1_to_1500;
INSERT INTO t (id, a, b) VALUES
  (-1000, 0, 0),
  (-999, 1901, 1901),
  (-998, 2155, 2155),
  (-997, NULL, NULL);
INSERT INTO t (id, a, b) VALUES
  (1601, 0, 0),
  (1602, 1901, 1901),
  (1603, 2155, 2155),
  (1604, NULL, NULL);
