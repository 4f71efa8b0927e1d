-- at before-copy
INSERT INTO t (id, a, n) VALUES
  (2001, 1, 5),
  (2002, NULL, -5);
UPDATE t SET a = 1, n = 5 WHERE id = 11;
UPDATE t SET a = NULL, n = -5 WHERE id = 12;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = 1, n = 5 WHERE id = 101;
UPDATE t SET a = NULL, n = -5 WHERE id = 102;
UPDATE t SET a = 1, n = 5 WHERE id = 1101;
UPDATE t SET a = NULL, n = -5 WHERE id = 1102;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a, n) VALUES
  (251, NULL, -5);
REPLACE INTO t (id, a, n) VALUES
  (1251, 1, 5);
INSERT INTO t (id, a) VALUES (2600, 1), (2601, 2);
-- at copied
UPDATE t SET a = 1, n = 5 WHERE id = 401;
UPDATE t SET a = NULL, n = -5 WHERE id = 402;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a, x.n = y.n WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a, n) VALUES (7, 1, 5), (-7, NULL, -5) ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = 1, n = 5 WHERE id = 601;
UPDATE t SET a = NULL, n = -5 WHERE id = 602;
INSERT INTO t (id, a, n) VALUES
  (3001, 1, 5),
  (3002, NULL, -5);
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a, n) VALUES
  (4001, 1, 5),
  (4002, NULL, -5);
UPDATE t SET a = 1, n = 5 WHERE id = 701;
UPDATE t SET a = NULL, n = -5 WHERE id = 702;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
