CREATE TABLE t (
  id INT NOT NULL,
  a ENUM('1','2'),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, '1' FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, '2');
INSERT INTO t (id, a) VALUES
  (1601, '2');
