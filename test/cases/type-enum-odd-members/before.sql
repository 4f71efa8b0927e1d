CREATE TABLE t (
  id INT NOT NULL,
  a ENUM('it''s','a,b','\\','"','(',' x','ж','😀','NULL',''),
  b SET('it''s','\\','"','ж'),
  PRIMARY KEY (id)
) CHARACTER SET utf8mb4;
INSERT INTO t (id, a, b) SELECT seq, ELT(1 + seq % 3, 'it''s', 'a,b', '\\'), 'ж' FROM seq_1_to_1500;
INSERT INTO t (id, a, b) VALUES
  (-1000, 'it''s', 'it''s,\\'),
  (-999, 'a,b', ''),
  (-998, '\\', '",ж'),
  (-997, '"', NULL),
  (-996, '(', 'it''s,\\'),
  (-995, ' x', ''),
  (-994, 'ж', '",ж'),
  (-993, '😀', NULL),
  (-992, 'NULL', 'it''s,\\'),
  (-991, NULL, ''),
  (-990, '', '",ж');
INSERT INTO t (id, a, b) VALUES
  (1601, 'it''s', 'it''s,\\'),
  (1602, 'a,b', ''),
  (1603, '\\', '",ж'),
  (1604, '"', NULL),
  (1605, '(', 'it''s,\\'),
  (1606, ' x', ''),
  (1607, 'ж', '",ж'),
  (1608, '😀', NULL),
  (1609, 'NULL', 'it''s,\\'),
  (1610, NULL, ''),
  (1611, '', '",ж');
