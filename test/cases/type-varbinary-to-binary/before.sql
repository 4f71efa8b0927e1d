CREATE TABLE t (
  id INT NOT NULL,
  a VARBINARY(8),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, x'00');
INSERT INTO t (id, a) VALUES
  (1601, x'00');
