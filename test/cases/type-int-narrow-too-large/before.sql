CREATE TABLE t (
  id INT NOT NULL,
  a BIGINT,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, CAST(seq AS SIGNED) % 100 - 50 FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, 128),
  (-999, -129),
  (-998, 0),
  (-997, NULL);
INSERT INTO t (id, a) VALUES
  (1601, 128),
  (1602, -129),
  (1603, 0),
  (1604, NULL);
