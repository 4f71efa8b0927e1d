CREATE TABLE t (
  k INET6 NOT NULL,
  v INT NOT NULL,
  PRIMARY KEY (k)
);
INSERT INTO t (k, v) SELECT CONCAT('2001::', HEX(seq)), seq FROM seq_1_to_1500;
INSERT INTO t (k, v) VALUES ('::', 100000), ('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 100001);
