CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(6),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, 'a'),
  (-999, ''),
  (-998, 'äöü'),
  (-997, NULL);
INSERT INTO t (id, a) VALUES
  (1601, 'a'),
  (1602, ''),
  (1603, 'äöü'),
  (1604, NULL);
