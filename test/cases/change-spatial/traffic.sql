-- at before-copy
UPDATE t SET p = ST_GeomFromText('POINT(0 0)') WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, ST_GeomFromText('POINT(1e300 -1e300)'), 1);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t VALUES (7, ST_GeomFromText('POINT(7 7)', 4326), 7);
-- at before-cutover
UPDATE t SET id = id + 5000 WHERE id BETWEEN 500 AND 510;
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE id % 50 = 49;
