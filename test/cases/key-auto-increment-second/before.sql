CREATE TABLE t (tenant INT NOT NULL, id INT NOT NULL AUTO_INCREMENT, v INT, PRIMARY KEY (tenant, id), KEY id (id));
INSERT INTO t (tenant, v) SELECT seq % 25, seq FROM seq_1_to_2000;
