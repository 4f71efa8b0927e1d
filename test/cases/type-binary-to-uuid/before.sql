CREATE TABLE t (
  id INT NOT NULL,
  c BINARY(16),
  PRIMARY KEY (id)
);
INSERT INTO t (id, c) SELECT seq, UNHEX(LPAD(HEX(seq), 32, '0')) FROM seq_1_to_1500;
INSERT INTO t (id, c) VALUES
  (-1000, x'00');
INSERT INTO t (id, c) VALUES
  (1601, x'00');
