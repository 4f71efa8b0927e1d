CREATE TABLE t (
  id INT NOT NULL,
  a BIT(8),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, seq % 100 FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, b'11111111'),
  (-999, b'0'),
  (-998, b'10000000'),
  (-997, NULL),
  (-996, b'1');
INSERT INTO t (id, a) VALUES
  (1601, b'11111111'),
  (1602, b'0'),
  (1603, b'10000000'),
  (1604, NULL),
  (1605, b'1');
