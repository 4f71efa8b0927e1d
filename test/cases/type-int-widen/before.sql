CREATE TABLE t (
  id INT NOT NULL,
  a TINYINT,
  b SMALLINT,
  c MEDIUMINT,
  d INT,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b, c, d) SELECT seq, CAST(seq AS SIGNED) % 100 - 50, seq, -seq, seq * 1000 FROM seq_1_to_1500;
INSERT INTO t (id, a, b, c, d) VALUES
  (-1000, -128, -32768, -8388608, -2147483648),
  (-999, 127, 32767, 8388607, 2147483647),
  (-998, 0, 0, 0, 0),
  (-997, -1, -1, -1, -1),
  (-996, NULL, NULL, NULL, NULL),
  (-995, 1, 1, 1, 1);
INSERT INTO t (id, a, b, c, d) VALUES
  (1601, -128, -32768, -8388608, -2147483648),
  (1602, 127, 32767, 8388607, 2147483647),
  (1603, 0, 0, 0, 0),
  (1604, -1, -1, -1, -1),
  (1605, NULL, NULL, NULL, NULL),
  (1606, 1, 1, 1, 1);
