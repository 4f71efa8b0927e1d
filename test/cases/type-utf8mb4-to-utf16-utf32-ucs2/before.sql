CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(20),
  b VARCHAR(20),
  c TEXT,
  PRIMARY KEY (id)
) CHARACTER SET utf8mb4;
INSERT INTO t (id, a, b, c) SELECT seq, CONCAT('v', seq), seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a, b, c) VALUES
  (-1000, 'é', 'é', 'é'),
  (-999, 'ж', 'ж', 'ж'),
  (-998, '中', '中', '中'),
  (-997, '', '', ''),
  (-996, 'a ', 'a ', 'a '),
  (-995, NULL, NULL, NULL),
  (-994, '😀', '😀', 'é');
INSERT INTO t (id, a, b, c) VALUES
  (1601, 'é', 'é', 'é'),
  (1602, 'ж', 'ж', 'ж'),
  (1603, '中', '中', '中'),
  (1604, '', '', ''),
  (1605, 'a ', 'a ', 'a '),
  (1606, NULL, NULL, NULL),
  (1607, '😀', '😀', 'é');
