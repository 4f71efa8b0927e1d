CREATE TABLE t (
  id INT NOT NULL,
  a BINARY(8),
  b VARBINARY(8),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b) SELECT seq, UNHEX(LPAD(HEX(seq), 16, '0')), UNHEX(LPAD(HEX(seq), 16, '0')) FROM seq_1_to_1500;
INSERT INTO t (id, a, b) VALUES
  (-1000, x'6100', x'6100'),
  (-999, x'', x''),
  (-998, x'00', x'00'),
  (-997, x'6120', x'6120'),
  (-996, x'FFFFFFFFFFFFFFFF', x'5C27'),
  (-995, NULL, NULL);
INSERT INTO t (id, a, b) VALUES
  (1601, x'6100', x'6100'),
  (1602, x'', x''),
  (1603, x'00', x'00'),
  (1604, x'6120', x'6120'),
  (1605, x'FFFFFFFFFFFFFFFF', x'5C27'),
  (1606, NULL, NULL);
