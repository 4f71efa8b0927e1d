CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(20),
  PRIMARY KEY (id)
) CHARACTER SET utf8mb4;
INSERT INTO t (id, a) SELECT seq, CONCAT('é', seq) FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, 'é'),
  (-999, 'ж'),
  (-998, '中'),
  (-997, ''),
  (-996, 'a '),
  (-995, NULL),
  (-994, '😀');
INSERT INTO t (id, a) VALUES
  (1601, 'é'),
  (1602, 'ж'),
  (1603, '中'),
  (1604, ''),
  (1605, 'a '),
  (1606, NULL),
  (1607, '😀');
