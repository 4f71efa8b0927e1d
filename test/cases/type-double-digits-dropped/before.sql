CREATE TABLE t (
  id INT NOT NULL,
  a DOUBLE(10,2),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, seq / 4 FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, 0.25),
  (-999, -12345678.99),
  (-998, NULL);
INSERT INTO t (id, a) VALUES
  (1601, 0.25),
  (1602, -12345678.99),
  (1603, NULL);
