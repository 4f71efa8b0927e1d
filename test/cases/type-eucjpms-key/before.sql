CREATE TABLE t (
  k VARCHAR(20) CHARACTER SET eucjpms NOT NULL,
  v INT NOT NULL,
  PRIMARY KEY (k)
);
INSERT INTO t (k, v) SELECT CONCAT('k', seq), seq FROM seq_1_to_1500;
INSERT INTO t (k, v) VALUES (_eucjpms x'A4A2', 100000), (_eucjpms x'B0A1', 100001);
