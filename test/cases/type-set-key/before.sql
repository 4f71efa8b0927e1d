CREATE TABLE t (
  k SET('a','b','c','d','e','f','g','h','i','j','k','l') NOT NULL,
  v INT NOT NULL,
  PRIMARY KEY (k)
);
INSERT INTO t (k, v) SELECT seq, seq FROM seq_1_to_1500;
INSERT INTO t (k, v) VALUES ('', 100000), ('l', 100001);
