CREATE TABLE t (
  id INT NOT NULL,
  a ENUM('a','b','c'),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, ELT(1 + seq % 3, 'a', 'b', 'c') FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, 'a'),
  (-999, 'c'),
  (-998, NULL);
INSERT INTO t (id, a) VALUES
  (1601, 'a'),
  (1602, 'c'),
  (1603, NULL);
