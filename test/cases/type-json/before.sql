CREATE TABLE t (
  id INT NOT NULL,
  a JSON,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, CONCAT('{"n": ', seq, '}') FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, '{}'),
  (-999, '[]'),
  (-998, '{"a": 1, "ü": "\\\\u00e9"}'),
  (-997, 'null'),
  (-996, '"x"'),
  (-995, NULL),
  (-994, CONCAT('[', REPEAT('1,', 5000), '2]'));
INSERT INTO t (id, a) VALUES
  (1601, '{}'),
  (1602, '[]'),
  (1603, '{"a": 1, "ü": "\\\\u00e9"}'),
  (1604, 'null'),
  (1605, '"x"'),
  (1606, NULL),
  (1607, CONCAT('[', REPEAT('1,', 5000), '2]'));
