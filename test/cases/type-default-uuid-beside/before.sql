CREATE TABLE t (
  id INT NOT NULL,
  a INT,
  u UUID NOT NULL DEFAULT UUID(),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, u) SELECT seq, seq, CONCAT(LPAD(HEX(seq), 8, '0'), '-e89b-12d3-a456-426614174000') FROM seq_1_to_1500;
INSERT INTO t (id, a, u) VALUES
  (-1000, 1, '123e4567-e89b-12d3-a456-426614174000'),
  (-999, NULL, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
INSERT INTO t (id, a, u) VALUES
  (1601, 1, '123e4567-e89b-12d3-a456-426614174000'),
  (1602, NULL, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
