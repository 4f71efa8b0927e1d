SET sql_mode = '';
CREATE TABLE t (
  id INT NOT NULL,
  a ENUM('a','b'),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, ELT(1 + seq % 2, 'a', 'b') FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, 'invalid'),
  (-999, 'a'),
  (-998, NULL);
INSERT INTO t (id, a) VALUES
  (1601, 'invalid'),
  (1602, 'a'),
  (1603, NULL);
