CREATE TABLE t (
  id INT NOT NULL,
  a INT DEFAULT (1 + 1),
  b VARCHAR(40) DEFAULT (CONCAT('x', a)),
  c JSON DEFAULT (JSON_ARRAY()),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b, c) SELECT seq, seq, seq, '[]' FROM seq_1_to_1500;
INSERT INTO t (id, a, b, c) VALUES
  (-1000, 1, '', DEFAULT),
  (-999, NULL, NULL, '{}'),
  (-998, DEFAULT, DEFAULT, DEFAULT);
INSERT INTO t (id, a, b, c) VALUES
  (1601, 1, '', DEFAULT),
  (1602, NULL, NULL, '{}'),
  (1603, DEFAULT, DEFAULT, DEFAULT);
