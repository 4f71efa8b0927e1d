-- at before-copy
INSERT INTO t (id, p) VALUES
  (2001, ST_GeomFromText('POINT(1 2)', 4326)),
  (2002, ST_GeomFromText('POINT(3 4)', 4326));
UPDATE t SET p = ST_GeomFromText('POINT(1 2)', 4326) WHERE id = 11;
UPDATE t SET p = ST_GeomFromText('POINT(3 4)', 4326) WHERE id = 12;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET p = ST_GeomFromText('POINT(1 2)', 4326) WHERE id = 101;
UPDATE t SET p = ST_GeomFromText('POINT(3 4)', 4326) WHERE id = 102;
UPDATE t SET p = ST_GeomFromText('POINT(1 2)', 4326) WHERE id = 1101;
UPDATE t SET p = ST_GeomFromText('POINT(3 4)', 4326) WHERE id = 1102;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, p) VALUES
  (251, ST_GeomFromText('POINT(3 4)', 4326));
REPLACE INTO t (id, p) VALUES
  (1251, ST_GeomFromText('POINT(1 2)', 4326));
-- at copied
UPDATE t SET p = ST_GeomFromText('POINT(1 2)', 4326) WHERE id = 401;
UPDATE t SET p = ST_GeomFromText('POINT(3 4)', 4326) WHERE id = 402;
UPDATE t SET p = p WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.p = y.p WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, p) VALUES (7, ST_GeomFromText('POINT(1 2)', 4326)), (-7, ST_GeomFromText('POINT(3 4)', 4326)) ON DUPLICATE KEY UPDATE p = VALUES(p);
-- at before-cutover
UPDATE t SET p = ST_GeomFromText('POINT(1 2)', 4326) WHERE id = 601;
UPDATE t SET p = ST_GeomFromText('POINT(3 4)', 4326) WHERE id = 602;
INSERT INTO t (id, p) VALUES
  (3001, ST_GeomFromText('POINT(1 2)', 4326)),
  (3002, ST_GeomFromText('POINT(3 4)', 4326));
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, p) VALUES
  (4001, ST_GeomFromText('POINT(1 2)', 4326)),
  (4002, ST_GeomFromText('POINT(3 4)', 4326));
UPDATE t SET p = ST_GeomFromText('POINT(1 2)', 4326) WHERE id = 701;
UPDATE t SET p = ST_GeomFromText('POINT(3 4)', 4326) WHERE id = 702;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
