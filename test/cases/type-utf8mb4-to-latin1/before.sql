CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(20),
  PRIMARY KEY (id)
) CHARACTER SET utf8mb4;
INSERT INTO t (id, a) SELECT seq, CONCAT('é', seq) FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, 'ÿ'),
  (-999, '€'),
  (-998, ''),
  (-997, 'a '),
  (-996, NULL);
INSERT INTO t (id, a) VALUES
  (1601, 'ÿ'),
  (1602, '€'),
  (1603, ''),
  (1604, 'a '),
  (1605, NULL);
