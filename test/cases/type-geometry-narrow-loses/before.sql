CREATE TABLE t (
  id INT NOT NULL,
  p GEOMETRY,
  PRIMARY KEY (id)
);
INSERT INTO t (id, p) SELECT seq, POINT(seq, seq) FROM seq_1_to_1500;
INSERT INTO t (id, p) VALUES
  (-1000, ST_GeomFromText('LINESTRING(0 0,1 1)', 4326));
INSERT INTO t (id, p) VALUES
  (1601, ST_GeomFromText('LINESTRING(0 0,1 1)', 4326));
