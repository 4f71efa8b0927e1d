-- at before-copy
INSERT INTO t (id, a) VALUES
  (2001, 0);
UPDATE t SET a = 0 WHERE id = 11;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = 0 WHERE id = 101;
UPDATE t SET a = 0 WHERE id = 1101;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a) VALUES
  (251, 0);
REPLACE INTO t (id, a) VALUES
  (1251, 0);
-- at copied
UPDATE t SET a = 0 WHERE id = 401;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a) VALUES (7, 0), (-7, 0) ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = 0 WHERE id = 601;
INSERT INTO t (id, a) VALUES
  (3001, 0);
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a) VALUES
  (4001, 0);
UPDATE t SET a = 0 WHERE id = 701;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
