CREATE TABLE t (
  id INT NOT NULL,
  a TINYTEXT,
  b TEXT,
  c MEDIUMTEXT,
  d LONGTEXT,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b, c, d) SELECT seq, seq, seq, seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a, b, c, d) VALUES
  (-1000, REPEAT('x', 255), REPEAT('y', 65535), REPEAT('z', 70000), REPEAT('é', 40000)),
  (-999, '', '', '', ''),
  (-998, NULL, NULL, NULL, NULL),
  (-997, 'a ', REPEAT('y', 65535), REPEAT('z', 70000), REPEAT('é', 40000));
INSERT INTO t (id, a, b, c, d) VALUES
  (1601, REPEAT('x', 255), REPEAT('y', 65535), REPEAT('z', 70000), REPEAT('é', 40000)),
  (1602, '', '', '', ''),
  (1603, NULL, NULL, NULL, NULL),
  (1604, 'a ', REPEAT('y', 65535), REPEAT('z', 70000), REPEAT('é', 40000));
