CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(20),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, '7'),
  (-999, ''),
  (-998, NULL),
  (-997, 'x');
INSERT INTO t (id, a) VALUES
  (1601, '7'),
  (1602, ''),
  (1603, NULL),
  (1604, 'x');
