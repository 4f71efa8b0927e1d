CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(20) CHARACTER SET utf16,
  b VARCHAR(20) CHARACTER SET utf16le,
  c VARCHAR(20) CHARACTER SET utf32,
  d CHAR(5) CHARACTER SET ucs2,
  e TEXT CHARACTER SET ucs2,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b, c, d, e) SELECT seq, CONCAT('v', seq), seq, seq, seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a, b, c, d, e) VALUES
  (-1000, 'é', 'é', 'é', 'é', 'é'),
  (-999, 'ж', 'ж', 'ж', 'ж', 'ж'),
  (-998, '中', '中', '中', '中', '中'),
  (-997, '', '', '', '', ''),
  (-996, 'a ', 'a ', 'a ', 'a ', 'a '),
  (-995, NULL, NULL, NULL, NULL, NULL),
  (-994, '😀', '😀', '😀', 'é', 'é');
INSERT INTO t (id, a, b, c, d, e) VALUES
  (1601, 'é', 'é', 'é', 'é', 'é'),
  (1602, 'ж', 'ж', 'ж', 'ж', 'ж'),
  (1603, '中', '中', '中', '中', '中'),
  (1604, '', '', '', '', ''),
  (1605, 'a ', 'a ', 'a ', 'a ', 'a '),
  (1606, NULL, NULL, NULL, NULL, NULL),
  (1607, '😀', '😀', '😀', 'é', 'é');
