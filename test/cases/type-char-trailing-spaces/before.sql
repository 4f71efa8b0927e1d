CREATE TABLE t (
  id INT NOT NULL,
  a CHAR(6),
  b VARCHAR(6),
  c VARCHAR(6) COLLATE utf8mb4_nopad_bin,
  PRIMARY KEY (id)
) CHARACTER SET utf8mb4;
INSERT INTO t (id, a, b, c) SELECT seq, seq, seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a, b, c) VALUES
  (-1000, 'a  ', 'a  ', 'a '),
  (-999, '  a', '  a', 'a'),
  (-998, '', '', ''),
  (-997, ' ', ' ', 'a '),
  (-996, 'a\t', 'a\t', 'a'),
  (-995, 'a\0', 'a\0', ''),
  (-994, NULL, NULL, 'a ');
INSERT INTO t (id, a, b, c) VALUES
  (1601, 'a  ', 'a  ', 'a '),
  (1602, '  a', '  a', 'a'),
  (1603, '', '', ''),
  (1604, ' ', ' ', 'a '),
  (1605, 'a\t', 'a\t', 'a'),
  (1606, 'a\0', 'a\0', ''),
  (1607, NULL, NULL, 'a ');
