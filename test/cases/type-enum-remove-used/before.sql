CREATE TABLE t (
  id INT NOT NULL,
  a ENUM('a','b','c'),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, ELT(1 + seq % 2, 'a', 'c') FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, 'b');
INSERT INTO t (id, a) VALUES
  (1601, 'b');
