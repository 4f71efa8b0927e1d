CREATE TABLE t (
  id INT NOT NULL,
  a INT,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, seq FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, NULL),
  (-999, 1);
INSERT INTO t (id, a) VALUES
  (1601, NULL),
  (1602, 1);
