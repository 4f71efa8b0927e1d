CREATE TABLE t (
  id INT NOT NULL,
  a LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, CONCAT('{"n": ', seq, '}') FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, 'no json');
INSERT INTO t (id, a) VALUES
  (1601, 'no json');
