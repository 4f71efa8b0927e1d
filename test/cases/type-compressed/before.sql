CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(1000) COMPRESSED,
  b TEXT COMPRESSED,
  c BLOB COMPRESSED,
  d VARBINARY(500) COMPRESSED,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b, c, d) SELECT seq, REPEAT(seq, 20), REPEAT(seq, 20), seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a, b, c, d) VALUES
  (-1000, REPEAT('é', 400), REPEAT('é', 4000), REPEAT(x'00', 5000), REPEAT(x'01', 500)),
  (-999, '', '', '', ''),
  (-998, NULL, NULL, NULL, NULL),
  (-997, 'x', REPEAT('é', 4000), REPEAT(x'00', 5000), REPEAT(x'01', 500));
INSERT INTO t (id, a, b, c, d) VALUES
  (1601, REPEAT('é', 400), REPEAT('é', 4000), REPEAT(x'00', 5000), REPEAT(x'01', 500)),
  (1602, '', '', '', ''),
  (1603, NULL, NULL, NULL, NULL),
  (1604, 'x', REPEAT('é', 4000), REPEAT(x'00', 5000), REPEAT(x'01', 500));
