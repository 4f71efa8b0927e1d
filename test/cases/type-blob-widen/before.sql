CREATE TABLE t (
  id INT NOT NULL,
  a TINYBLOB,
  b LONGBLOB,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b) SELECT seq, seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a, b) VALUES
  (-1000, REPEAT(x'00', 255), REPEAT(x'FF', 255)),
  (-999, '', ''),
  (-998, NULL, NULL);
INSERT INTO t (id, a, b) VALUES
  (1601, REPEAT(x'00', 255), REPEAT(x'FF', 255)),
  (1602, '', ''),
  (1603, NULL, NULL);
