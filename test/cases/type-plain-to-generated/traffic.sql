-- at before-copy
INSERT INTO t (id, a, w) VALUES
  (2001, 1, 2),
  (2002, NULL, NULL);
UPDATE t SET a = 1, w = 2 WHERE id = 11;
UPDATE t SET a = NULL, w = NULL WHERE id = 12;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = 1, w = 2 WHERE id = 101;
UPDATE t SET a = NULL, w = NULL WHERE id = 102;
UPDATE t SET a = 1, w = 2 WHERE id = 1101;
UPDATE t SET a = NULL, w = NULL WHERE id = 1102;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a, w) VALUES
  (251, NULL, NULL);
REPLACE INTO t (id, a, w) VALUES
  (1251, 1, 2);
-- at copied
UPDATE t SET a = 1, w = 2 WHERE id = 401;
UPDATE t SET a = NULL, w = NULL WHERE id = 402;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a, x.w = y.w WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a, w) VALUES (7, 1, 2), (-7, NULL, NULL) ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = 1, w = 2 WHERE id = 601;
UPDATE t SET a = NULL, w = NULL WHERE id = 602;
INSERT INTO t (id, a, w) VALUES
  (3001, 1, 2),
  (3002, NULL, NULL);
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a) VALUES
  (4001, 1),
  (4002, NULL);
UPDATE t SET a = 1 WHERE id = 701;
UPDATE t SET a = NULL WHERE id = 702;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
