CREATE TABLE t (
  id INT NOT NULL,
  p POINT REF_SYSTEM_ID=4326 NOT NULL,
  PRIMARY KEY (id)
);
INSERT INTO t (id, p) SELECT seq, ST_GeomFromText(CONCAT('POINT(', seq, ' 1)'), 4326) FROM seq_1_to_1500;
INSERT INTO t (id, p) VALUES
  (-1000, ST_GeomFromText('POINT(1 2)', 4326)),
  (-999, ST_GeomFromText('POINT(3 4)', 4326));
INSERT INTO t (id, p) VALUES
  (1601, ST_GeomFromText('POINT(1 2)', 4326)),
  (1602, ST_GeomFromText('POINT(3 4)', 4326));
