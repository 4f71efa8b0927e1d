CREATE TABLE t (
  id INT NOT NULL,
  a TINYBLOB,
  b BLOB,
  c MEDIUMBLOB,
  d LONGBLOB,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b, c, d) SELECT seq, seq, seq, seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a, b, c, d) VALUES
  (-1000, REPEAT(x'00', 255), REPEAT(x'FF', 65535), REPEAT(x'005C', 40000), REPEAT(x'27', 70000)),
  (-999, '', '', '', ''),
  (-998, NULL, NULL, NULL, NULL);
INSERT INTO t (id, a, b, c, d) VALUES
  (1601, REPEAT(x'00', 255), REPEAT(x'FF', 65535), REPEAT(x'005C', 40000), REPEAT(x'27', 70000)),
  (1602, '', '', '', ''),
  (1603, NULL, NULL, NULL, NULL);
