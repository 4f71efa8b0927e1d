SET sql_mode = '';
CREATE TABLE t (
  id INT NOT NULL,
  a ENUM('a','b',''),
  b ENUM('x') NOT NULL,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b) SELECT seq, ELT(1 + seq % 2, 'a', 'b'), 'x' FROM seq_1_to_1500;
INSERT INTO t (id, a, b) VALUES
  (-1000, 'invalid', 'y'),
  (-999, '', 'x'),
  (-998, 'a', 'y'),
  (-997, 0, 'x'),
  (-996, NULL, 'y');
INSERT INTO t (id, a, b) VALUES
  (1601, 'invalid', 'y'),
  (1602, '', 'x'),
  (1603, 'a', 'y'),
  (1604, 0, 'x'),
  (1605, NULL, 'y');
