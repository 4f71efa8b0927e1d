CREATE TABLE t (
  id INT NOT NULL,
  a NATIONAL CHAR(5),
  b NVARCHAR(5),
  c LONG,
  d LONG VARBINARY,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b, c, d) SELECT seq, seq, seq, seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a, b, c, d) VALUES
  (-1000, 'é', 'é', 'é', x'00'),
  (-999, 'ж', 'ж', 'ж', NULL),
  (-998, '中', '中', '中', x'00'),
  (-997, '', '', '', NULL),
  (-996, 'a ', 'a ', 'a ', x'00'),
  (-995, NULL, NULL, NULL, NULL);
INSERT INTO t (id, a, b, c, d) VALUES
  (1601, 'é', 'é', 'é', x'00'),
  (1602, 'ж', 'ж', 'ж', NULL),
  (1603, '中', '中', '中', x'00'),
  (1604, '', '', '', NULL),
  (1605, 'a ', 'a ', 'a ', x'00'),
  (1606, NULL, NULL, NULL, NULL);
