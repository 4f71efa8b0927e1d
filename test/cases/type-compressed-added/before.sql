CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(1000),
  b TEXT,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b) SELECT seq, REPEAT(seq, 20), REPEAT(seq, 20) FROM seq_1_to_1500;
INSERT INTO t (id, a, b) VALUES
  (-1000, REPEAT('é', 400), REPEAT('é', 4000)),
  (-999, '', ''),
  (-998, NULL, NULL),
  (-997, 'x', REPEAT('é', 4000));
INSERT INTO t (id, a, b) VALUES
  (1601, REPEAT('é', 400), REPEAT('é', 4000)),
  (1602, '', ''),
  (1603, NULL, NULL),
  (1604, 'x', REPEAT('é', 4000));
