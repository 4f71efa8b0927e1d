CREATE TABLE t (
  id INT NOT NULL,
  a SMALLINT,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, 2000 + seq % 100 FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, 1900),
  (-999, 5);
INSERT INTO t (id, a) VALUES
  (1601, 1900),
  (1602, 5);
