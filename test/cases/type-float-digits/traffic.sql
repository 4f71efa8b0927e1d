-- at before-copy
INSERT INTO t (id, a, b, c) VALUES
  (2001, 0, 0, 0.1),
  (2002, 9999.999, 123456789012345.12345, 0.1),
  (2003, -9999.999, -0.00001, 0.1),
  (2004, 0.001, NULL, 0.1),
  (2005, NULL, 0, 0.1);
UPDATE t SET a = 0, b = 0, c = 0.1 WHERE id = 11;
UPDATE t SET a = 9999.999, b = 123456789012345.12345, c = 0.1 WHERE id = 12;
UPDATE t SET a = -9999.999, b = -0.00001, c = 0.1 WHERE id = 13;
UPDATE t SET a = 0.001, b = NULL, c = 0.1 WHERE id = 14;
UPDATE t SET a = NULL, b = 0, c = 0.1 WHERE id = 15;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = 0, b = 0, c = 0.1 WHERE id = 101;
UPDATE t SET a = 9999.999, b = 123456789012345.12345, c = 0.1 WHERE id = 102;
UPDATE t SET a = -9999.999, b = -0.00001, c = 0.1 WHERE id = 103;
UPDATE t SET a = 0.001, b = NULL, c = 0.1 WHERE id = 104;
UPDATE t SET a = NULL, b = 0, c = 0.1 WHERE id = 105;
UPDATE t SET a = 0, b = 0, c = 0.1 WHERE id = 1101;
UPDATE t SET a = 9999.999, b = 123456789012345.12345, c = 0.1 WHERE id = 1102;
UPDATE t SET a = -9999.999, b = -0.00001, c = 0.1 WHERE id = 1103;
UPDATE t SET a = 0.001, b = NULL, c = 0.1 WHERE id = 1104;
UPDATE t SET a = NULL, b = 0, c = 0.1 WHERE id = 1105;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a, b, c) VALUES
  (251, NULL, 0, 0.1);
REPLACE INTO t (id, a, b, c) VALUES
  (1251, 0, 0, 0.1);
-- at copied
UPDATE t SET a = 0, b = 0, c = 0.1 WHERE id = 401;
UPDATE t SET a = 9999.999, b = 123456789012345.12345, c = 0.1 WHERE id = 402;
UPDATE t SET a = -9999.999, b = -0.00001, c = 0.1 WHERE id = 403;
UPDATE t SET a = 0.001, b = NULL, c = 0.1 WHERE id = 404;
UPDATE t SET a = NULL, b = 0, c = 0.1 WHERE id = 405;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a, x.b = y.b, x.c = y.c WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a, b, c) VALUES (7, 0, 0, 0.1), (-7, NULL, 0, 0.1) ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = 0, b = 0, c = 0.1 WHERE id = 601;
UPDATE t SET a = 9999.999, b = 123456789012345.12345, c = 0.1 WHERE id = 602;
UPDATE t SET a = -9999.999, b = -0.00001, c = 0.1 WHERE id = 603;
UPDATE t SET a = 0.001, b = NULL, c = 0.1 WHERE id = 604;
UPDATE t SET a = NULL, b = 0, c = 0.1 WHERE id = 605;
INSERT INTO t (id, a, b, c) VALUES
  (3001, 0, 0, 0.1),
  (3002, 9999.999, 123456789012345.12345, 0.1),
  (3003, -9999.999, -0.00001, 0.1),
  (3004, 0.001, NULL, 0.1),
  (3005, NULL, 0, 0.1);
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a, b, c) VALUES
  (4001, 0, 0, 0.1),
  (4002, 9999.999, 123456789012345.12345, 0.1),
  (4003, -9999.999, -0.00001, 0.1),
  (4004, 0.001, NULL, 0.1),
  (4005, NULL, 0, 0.1);
UPDATE t SET a = 0, b = 0, c = 0.1 WHERE id = 701;
UPDATE t SET a = 9999.999, b = 123456789012345.12345, c = 0.1 WHERE id = 702;
UPDATE t SET a = -9999.999, b = -0.00001, c = 0.1 WHERE id = 703;
UPDATE t SET a = 0.001, b = NULL, c = 0.1 WHERE id = 704;
UPDATE t SET a = NULL, b = 0, c = 0.1 WHERE id = 705;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
