CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(50),
  b VARCHAR(300),
  PRIMARY KEY (id)
) CHARACTER SET utf8mb4;
INSERT INTO t (id, a, b) SELECT seq, seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a, b) VALUES
  (-1000, REPEAT('é', 50), REPEAT('a', 300)),
  (-999, '', ' '),
  (-998, NULL, NULL);
INSERT INTO t (id, a, b) VALUES
  (1601, REPEAT('é', 50), REPEAT('a', 300)),
  (1602, '', ' '),
  (1603, NULL, NULL);
