CREATE TABLE t (
  id INT NOT NULL,
  a CHAR(6),
  b CHAR(255),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b) SELECT seq, seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a, b) VALUES
  (-1000, 'a  ', 'é'),
  (-999, '', NULL),
  (-998, 'äöü', 'é'),
  (-997, NULL, NULL);
INSERT INTO t (id, a, b) VALUES
  (1601, 'a  ', 'é'),
  (1602, '', NULL),
  (1603, 'äöü', 'é'),
  (1604, NULL, NULL);
