CREATE TABLE t (
  id INT NOT NULL,
  p POINT NOT NULL,
  q GEOMETRY NOT NULL,
  PRIMARY KEY (id),
  SPATIAL KEY s (p)
);
INSERT INTO t (id, p, q) SELECT seq, POINT(seq, seq), POINT(seq, -seq) FROM seq_1_to_1500;
INSERT INTO t (id, p, q) VALUES
  (-1000, ST_GeomFromText('POINT(1 2)', 4326), ST_GeomFromText('LINESTRING(1 2,3 4)', 4326)),
  (-999, ST_GeomFromText('POINT(-180 -90)', 0), ST_GeomFromText('LINESTRING(1 2,3 4)', 4326));
INSERT INTO t (id, p, q) VALUES
  (1601, ST_GeomFromText('POINT(1 2)', 4326), ST_GeomFromText('LINESTRING(1 2,3 4)', 4326)),
  (1602, ST_GeomFromText('POINT(-180 -90)', 0), ST_GeomFromText('LINESTRING(1 2,3 4)', 4326));
