CREATE TABLE t (
  id INT NOT NULL,
  a INT,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, -1),
  (-999, 0),
  (-998, NULL);
INSERT INTO t (id, a) VALUES
  (1601, -1),
  (1602, 0),
  (1603, NULL);
