CREATE TABLE t (
  id INT NOT NULL,
  a INT CHECK (a > -10),
  b VARCHAR(10) CHECK (CHAR_LENGTH(b) < 8),
  PRIMARY KEY (id),
  CONSTRAINT sane CHECK (a <> 12345 OR b IS NULL)
);
INSERT INTO t (id, a, b) SELECT seq, seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a, b) VALUES
  (-1000, 1, ''),
  (-999, NULL, NULL),
  (-998, -9, '1234567');
INSERT INTO t (id, a, b) VALUES
  (1601, 1, ''),
  (1602, NULL, NULL),
  (1603, -9, '1234567');
