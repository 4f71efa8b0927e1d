CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(3000) CHARACTER SET latin1,
  b TEXT,
  PRIMARY KEY (id)
) ROW_FORMAT=REDUNDANT;
INSERT INTO t (id, a, b) SELECT seq, seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a, b) VALUES
  (-1000, REPEAT('a', 3000), REPEAT('b', 20000)),
  (-999, '', ''),
  (-998, NULL, NULL);
INSERT INTO t (id, a, b) VALUES
  (1601, REPEAT('a', 3000), REPEAT('b', 20000)),
  (1602, '', ''),
  (1603, NULL, NULL);
