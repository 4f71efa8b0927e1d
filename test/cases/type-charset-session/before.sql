SET sql_mode = '';
CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(20),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, CONCAT('v', seq) FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, x'C3A9'),
  (-999, ''),
  (-998, NULL);
INSERT INTO t (id, a) VALUES
  (1601, x'C3A9'),
  (1602, ''),
  (1603, NULL);
