CREATE TABLE t (
  id INT NOT NULL,
  a BIT(64),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, seq % 100 FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, b'1111111'),
  (-999, b'0'),
  (-998, NULL);
INSERT INTO t (id, a) VALUES
  (1601, b'1111111'),
  (1602, b'0'),
  (1603, NULL);
