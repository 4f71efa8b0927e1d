CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(5),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, ELT(1 + seq % 2, 'a', 'b') FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, 'A');
INSERT INTO t (id, a) VALUES
  (1601, 'A');
