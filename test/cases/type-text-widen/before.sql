CREATE TABLE t (
  id INT NOT NULL,
  a TINYTEXT,
  b TEXT,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b) SELECT seq, seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a, b) VALUES
  (-1000, REPEAT('x', 255), REPEAT('y', 30000)),
  (-999, '', ''),
  (-998, NULL, NULL),
  (-997, 'a ', REPEAT('y', 30000));
INSERT INTO t (id, a, b) VALUES
  (1601, REPEAT('x', 255), REPEAT('y', 30000)),
  (1602, '', ''),
  (1603, NULL, NULL),
  (1604, 'a ', REPEAT('y', 30000));
