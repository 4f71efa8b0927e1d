CREATE TABLE t (
  id INT NOT NULL,
  p GEOMETRY,
  PRIMARY KEY (id)
);
INSERT INTO t (id, p) SELECT seq, POINT(seq, seq) FROM seq_1_to_1500;
INSERT INTO t (id, p) VALUES
  (-1000, ST_GeomFromText('POINT(1 2)', 4326)),
  (-999, ST_GeomFromText('POINT(1 2)', 0)),
  (-998, NULL);
INSERT INTO t (id, p) VALUES
  (1601, ST_GeomFromText('POINT(1 2)', 4326)),
  (1602, ST_GeomFromText('POINT(1 2)', 0)),
  (1603, NULL);
