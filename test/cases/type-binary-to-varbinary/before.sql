CREATE TABLE t (
  id INT NOT NULL,
  a BINARY(4),
  b VARBINARY(4),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b) SELECT seq, seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a, b) VALUES
  (-1000, x'6100', x'6100'),
  (-999, x'', x''),
  (-998, x'FF', x'FF'),
  (-997, NULL, NULL);
INSERT INTO t (id, a, b) VALUES
  (1601, x'6100', x'6100'),
  (1602, x'', x''),
  (1603, x'FF', x'FF'),
  (1604, NULL, NULL);
