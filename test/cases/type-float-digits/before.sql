CREATE TABLE t (
  id INT NOT NULL,
  a FLOAT(7,3),
  b DOUBLE(20,5),
  c FLOAT(30),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b, c) SELECT seq, seq / 3, seq / 3, seq / 3 FROM seq_1_to_1500;
INSERT INTO t (id, a, b, c) VALUES
  (-1000, 0, 0, 0.1),
  (-999, 9999.999, 123456789012345.12345, 0.1),
  (-998, -9999.999, -0.00001, 0.1),
  (-997, 0.001, NULL, 0.1),
  (-996, NULL, 0, 0.1);
INSERT INTO t (id, a, b, c) VALUES
  (1601, 0, 0, 0.1),
  (1602, 9999.999, 123456789012345.12345, 0.1),
  (1603, -9999.999, -0.00001, 0.1),
  (1604, 0.001, NULL, 0.1),
  (1605, NULL, 0, 0.1);
