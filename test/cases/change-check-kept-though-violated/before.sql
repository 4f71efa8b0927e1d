SET check_constraint_checks = 0;
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT, b INT, CONSTRAINT positive CHECK (a >= 0));
INSERT INTO t SELECT seq, IF(seq % 100 = 0, -seq, seq), seq FROM seq_1_to_1500;
