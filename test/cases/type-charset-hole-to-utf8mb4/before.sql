CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(20) CHARACTER SET hebrew,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, _hebrew x'C4');
INSERT INTO t (id, a) VALUES
  (1601, _hebrew x'C4');
