CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(65000) CHARACTER SET latin1,
  b VARCHAR(500) CHARACTER SET latin1,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b) SELECT seq, seq, seq FROM seq_1_to_1100;
INSERT INTO t (id, a, b) VALUES
  (-1000, REPEAT('a', 65000), REPEAT('b', 500)),
  (-999, '', ''),
  (-998, NULL, NULL);
INSERT INTO t (id, a, b) VALUES
  (1601, REPEAT('a', 65000), REPEAT('b', 500)),
  (1602, '', ''),
  (1603, NULL, NULL);
