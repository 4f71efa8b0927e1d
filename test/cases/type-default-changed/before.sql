CREATE TABLE t (
  id INT NOT NULL,
  a INT DEFAULT 1,
  b VARCHAR(10) NOT NULL DEFAULT '',
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b) SELECT seq, seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a, b) VALUES
  (-1000, 1, ''),
  (-999, NULL, DEFAULT),
  (-998, DEFAULT, '');
INSERT INTO t (id, a, b) VALUES
  (1601, 1, ''),
  (1602, NULL, DEFAULT),
  (1603, DEFAULT, '');
