CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(20),
  PRIMARY KEY (id)
) CHARACTER SET utf8mb4;
INSERT INTO t (id, a) SELECT seq, CONCAT('é', seq) FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, 'ж');
INSERT INTO t (id, a) VALUES
  (1601, 'ж');
