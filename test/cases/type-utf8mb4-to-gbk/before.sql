CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(20) CHARACTER SET utf8mb4,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, CONCAT('中', seq) FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, '文'),
  (-999, ''),
  (-998, '\\'),
  (-997, NULL);
INSERT INTO t (id, a) VALUES
  (1601, '文'),
  (1602, ''),
  (1603, '\\'),
  (1604, NULL);
