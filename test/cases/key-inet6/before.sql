CREATE TABLE t (ip INET6 NOT NULL PRIMARY KEY, v INT);
INSERT INTO t SELECT CONCAT('2001:db8::', HEX(seq)), seq FROM seq_1_to_1500;
INSERT INTO t VALUES ('::', -1), ('ffff::', -2), ('::ffff:192.0.2.1', -3);
