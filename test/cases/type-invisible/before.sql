CREATE TABLE t (
  id INT NOT NULL,
  a INT INVISIBLE,
  b VARCHAR(10) INVISIBLE DEFAULT 'b',
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b) SELECT seq, seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a, b) VALUES
  (-1000, 1, ''),
  (-999, NULL, NULL),
  (-998, -1, '');
INSERT INTO t (id, a, b) VALUES
  (1601, 1, ''),
  (1602, NULL, NULL),
  (1603, -1, '');
