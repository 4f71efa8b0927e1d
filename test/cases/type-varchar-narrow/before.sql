CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(50),
  PRIMARY KEY (id)
) CHARACTER SET utf8mb4;
INSERT INTO t (id, a) SELECT seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, REPEAT('é', 5)),
  (-999, ''),
  (-998, NULL);
INSERT INTO t (id, a) VALUES
  (1601, REPEAT('é', 5)),
  (1602, ''),
  (1603, NULL);
