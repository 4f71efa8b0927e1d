CREATE TABLE t (
  id INT NOT NULL,
  a INT,
  w BIGINT,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, w) SELECT seq, seq, seq + 1 FROM seq_1_to_1500;
INSERT INTO t (id, a, w) VALUES
  (-1000, 1, 2),
  (-999, NULL, NULL);
INSERT INTO t (id, a, w) VALUES
  (1601, 1, 2),
  (1602, NULL, NULL);
