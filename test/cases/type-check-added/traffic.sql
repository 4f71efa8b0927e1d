-- at before-copy
INSERT INTO t (id, a) VALUES
  (2001, 1),
  (2002, NULL),
  (2003, -9);
UPDATE t SET a = 1 WHERE id = 11;
UPDATE t SET a = NULL WHERE id = 12;
UPDATE t SET a = -9 WHERE id = 13;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = 1 WHERE id = 101;
UPDATE t SET a = NULL WHERE id = 102;
UPDATE t SET a = -9 WHERE id = 103;
UPDATE t SET a = 1 WHERE id = 1101;
UPDATE t SET a = NULL WHERE id = 1102;
UPDATE t SET a = -9 WHERE id = 1103;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a) VALUES
  (251, -9);
REPLACE INTO t (id, a) VALUES
  (1251, 1);
-- at copied
UPDATE t SET a = 1 WHERE id = 401;
UPDATE t SET a = NULL WHERE id = 402;
UPDATE t SET a = -9 WHERE id = 403;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a) VALUES (7, 1), (-7, -9) ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = 1 WHERE id = 601;
UPDATE t SET a = NULL WHERE id = 602;
UPDATE t SET a = -9 WHERE id = 603;
INSERT INTO t (id, a) VALUES
  (3001, 1),
  (3002, NULL),
  (3003, -9);
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a) VALUES
  (4001, 1),
  (4002, NULL),
  (4003, -9);
UPDATE t SET a = 1 WHERE id = 701;
UPDATE t SET a = NULL WHERE id = 702;
UPDATE t SET a = -9 WHERE id = 703;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
