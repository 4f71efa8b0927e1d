CREATE TABLE t (
  id INT NOT NULL,
  p POINT,
  l LINESTRING,
  g POLYGON,
  mp MULTIPOINT,
  ml MULTILINESTRING,
  mg MULTIPOLYGON,
  gc GEOMETRYCOLLECTION,
  x GEOMETRY,
  PRIMARY KEY (id)
);
INSERT INTO t (id, p, l, g, mp, ml, mg, gc, x) SELECT seq, ST_GeomFromText('POINT(1 2)', 4326), ST_GeomFromText('LINESTRING(0 0,1 1)', 4326), ST_GeomFromText('POLYGON((0 0,0 1,1 1,0 0))', 4326), ST_GeomFromText('MULTIPOINT(1 1,2 2)', 4326), ST_GeomFromText('MULTILINESTRING((0 0,1 1))', 4326), ST_GeomFromText('MULTIPOLYGON(((0 0,0 1,1 1,0 0)))', 4326), ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1))', 4326), ST_GeomFromText('POINT(5 5)', 4326) FROM seq_1_to_1500;
INSERT INTO t (id, p, l, g, mp, ml, mg, gc, x) VALUES
  (-1000, ST_GeomFromText('POINT(-180 90)', 4326), ST_GeomFromText('LINESTRING(1 1,2 2,3 3)', 4326), ST_GeomFromText('POLYGON((0 0,0 9,9 9,0 0),(1 2,1 3,2 3,1 2))', 4326), ST_GeomFromText('MULTIPOINT(0 0)', 4326), ST_GeomFromText('MULTILINESTRING((0 0,1 1),(2 2,3 3))', 4326), ST_GeomFromText('MULTIPOLYGON(((0 0,0 2,2 2,0 0)))', 4326), ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))', 4326), ST_GeomFromText('LINESTRING(0 0,5 5)', 4326)),
  (-999, ST_GeomFromText('POINT(1 2)', 0), ST_GeomFromText('LINESTRING(0 0,1 1)', 0), ST_GeomFromText('POLYGON((0 0,0 1,1 1,0 0))', 0), ST_GeomFromText('MULTIPOINT(1 1,2 2)', 0), ST_GeomFromText('MULTILINESTRING((0 0,1 1))', 0), ST_GeomFromText('MULTIPOLYGON(((0 0,0 1,1 1,0 0)))', 0), ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1))', 0), ST_GeomFromText('POINT(5 5)', 0)),
  (-998, ST_GeomFromText('POINT(-180 90)', 3857), ST_GeomFromText('LINESTRING(1 1,2 2,3 3)', 3857), ST_GeomFromText('POLYGON((0 0,0 9,9 9,0 0),(1 2,1 3,2 3,1 2))', 3857), ST_GeomFromText('MULTIPOINT(0 0)', 3857), ST_GeomFromText('MULTILINESTRING((0 0,1 1),(2 2,3 3))', 3857), ST_GeomFromText('MULTIPOLYGON(((0 0,0 2,2 2,0 0)))', 3857), ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))', 3857), ST_GeomFromText('LINESTRING(0 0,5 5)', 3857)),
  (-997, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO t (id, p, l, g, mp, ml, mg, gc, x) VALUES
  (1601, ST_GeomFromText('POINT(-180 90)', 4326), ST_GeomFromText('LINESTRING(1 1,2 2,3 3)', 4326), ST_GeomFromText('POLYGON((0 0,0 9,9 9,0 0),(1 2,1 3,2 3,1 2))', 4326), ST_GeomFromText('MULTIPOINT(0 0)', 4326), ST_GeomFromText('MULTILINESTRING((0 0,1 1),(2 2,3 3))', 4326), ST_GeomFromText('MULTIPOLYGON(((0 0,0 2,2 2,0 0)))', 4326), ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))', 4326), ST_GeomFromText('LINESTRING(0 0,5 5)', 4326)),
  (1602, ST_GeomFromText('POINT(1 2)', 0), ST_GeomFromText('LINESTRING(0 0,1 1)', 0), ST_GeomFromText('POLYGON((0 0,0 1,1 1,0 0))', 0), ST_GeomFromText('MULTIPOINT(1 1,2 2)', 0), ST_GeomFromText('MULTILINESTRING((0 0,1 1))', 0), ST_GeomFromText('MULTIPOLYGON(((0 0,0 1,1 1,0 0)))', 0), ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1))', 0), ST_GeomFromText('POINT(5 5)', 0)),
  (1603, ST_GeomFromText('POINT(-180 90)', 3857), ST_GeomFromText('LINESTRING(1 1,2 2,3 3)', 3857), ST_GeomFromText('POLYGON((0 0,0 9,9 9,0 0),(1 2,1 3,2 3,1 2))', 3857), ST_GeomFromText('MULTIPOINT(0 0)', 3857), ST_GeomFromText('MULTILINESTRING((0 0,1 1),(2 2,3 3))', 3857), ST_GeomFromText('MULTIPOLYGON(((0 0,0 2,2 2,0 0)))', 3857), ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1),LINESTRING(0 0,1 1))', 3857), ST_GeomFromText('LINESTRING(0 0,5 5)', 3857)),
  (1604, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
