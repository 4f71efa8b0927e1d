CREATE TABLE t (id INT NOT NULL PRIMARY KEY, p POINT NOT NULL, v INT);
INSERT INTO t SELECT seq, ST_GeomFromText(CONCAT('POINT(', seq, ' ', seq / 2, ')')), seq FROM seq_1_to_1500;
