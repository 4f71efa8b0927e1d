CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(6),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, 'a ');
INSERT INTO t (id, a) VALUES
  (1601, 'a ');
