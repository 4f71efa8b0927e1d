CREATE TABLE t (
  k VARCHAR(20) CHARACTER SET latin1 NOT NULL,
  v INT NOT NULL,
  PRIMARY KEY (k)
);
INSERT INTO t (k, v) SELECT CONCAT('k', seq), seq FROM seq_1_to_1500;
INSERT INTO t (k, v) VALUES (_latin1 x'81', 100000), (_latin1 x'FF', 100001);
