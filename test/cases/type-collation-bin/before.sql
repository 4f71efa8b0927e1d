CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(20) COLLATE utf8mb4_general_ci,
  b TEXT COLLATE utf8mb4_general_ci,
  PRIMARY KEY (id)
) CHARACTER SET utf8mb4;
INSERT INTO t (id, a, b) SELECT seq, CONCAT('v', seq), seq FROM seq_1_to_1500;
INSERT INTO t (id, a, b) VALUES
  (-1000, 'a', 'é'),
  (-999, 'A', 'E'),
  (-998, 'á', 'é'),
  (-997, 'a ', 'E'),
  (-996, 'ß', 'é'),
  (-995, 'ss', 'E'),
  (-994, 'İ', 'é'),
  (-993, 'ı', 'E'),
  (-992, '', 'é'),
  (-991, '\0', 'E'),
  (-990, NULL, 'é');
INSERT INTO t (id, a, b) VALUES
  (1601, 'a', 'é'),
  (1602, 'A', 'E'),
  (1603, 'á', 'é'),
  (1604, 'a ', 'E'),
  (1605, 'ß', 'é'),
  (1606, 'ss', 'E'),
  (1607, 'İ', 'é'),
  (1608, 'ı', 'E'),
  (1609, '', 'é'),
  (1610, '\0', 'E'),
  (1611, NULL, 'é');
