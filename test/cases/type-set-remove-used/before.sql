CREATE TABLE t (
  id INT NOT NULL,
  a SET('a','b'),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, 'a' FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, 'a,b');
INSERT INTO t (id, a) VALUES
  (1601, 'a,b');
