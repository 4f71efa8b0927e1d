CREATE TABLE t (
  id INT NOT NULL,
  a LONGTEXT,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, REPEAT('é', 128));
INSERT INTO t (id, a) VALUES
  (1601, REPEAT('é', 128));
