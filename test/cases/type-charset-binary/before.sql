CREATE TABLE t (
  id INT NOT NULL,
  a CHAR(5) CHARACTER SET binary,
  b VARCHAR(9) CHARACTER SET binary,
  c TEXT CHARACTER SET binary,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b, c) SELECT seq, seq, seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a, b, c) VALUES
  (-1000, x'00FF', x'00FF', x'00FF'),
  (-999, '', '', ''),
  (-998, x'6100', x'6100', NULL),
  (-997, NULL, NULL, x'00FF');
INSERT INTO t (id, a, b, c) VALUES
  (1601, x'00FF', x'00FF', x'00FF'),
  (1602, '', '', ''),
  (1603, x'6100', x'6100', NULL),
  (1604, NULL, NULL, x'00FF');
