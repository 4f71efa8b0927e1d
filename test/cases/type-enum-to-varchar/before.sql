CREATE TABLE t (
  id INT NOT NULL,
  a ENUM('a','b',''),
  b SET('x','y'),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b) SELECT seq, ELT(1 + seq % 2, 'a', 'b'), 'x' FROM seq_1_to_1500;
INSERT INTO t (id, a, b) VALUES
  (-1000, '', 'x,y'),
  (-999, 'a', ''),
  (-998, NULL, NULL);
INSERT INTO t (id, a, b) VALUES
  (1601, '', 'x,y'),
  (1602, 'a', ''),
  (1603, NULL, NULL);
