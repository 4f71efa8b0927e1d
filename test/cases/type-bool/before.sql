CREATE TABLE t (
  id INT NOT NULL,
  a BOOL,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, seq % 2 FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, TRUE),
  (-999, FALSE),
  (-998, NULL),
  (-997, -128),
  (-996, 127);
INSERT INTO t (id, a) VALUES
  (1601, TRUE),
  (1602, FALSE),
  (1603, NULL),
  (1604, -128),
  (1605, 127);
