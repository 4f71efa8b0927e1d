-- at before-copy
INSERT INTO t (id, a, b, c, d) VALUES
  (2001, -128, -32768, -8388608, -2147483648),
  (2002, 127, 32767, 8388607, 2147483647),
  (2003, 0, 0, 0, 0),
  (2004, -1, -1, -1, -1),
  (2005, NULL, NULL, NULL, NULL),
  (2006, 1, 1, 1, 1);
UPDATE t SET a = -128, b = -32768, c = -8388608, d = -2147483648 WHERE id = 11;
UPDATE t SET a = 127, b = 32767, c = 8388607, d = 2147483647 WHERE id = 12;
UPDATE t SET a = 0, b = 0, c = 0, d = 0 WHERE id = 13;
UPDATE t SET a = -1, b = -1, c = -1, d = -1 WHERE id = 14;
UPDATE t SET a = NULL, b = NULL, c = NULL, d = NULL WHERE id = 15;
UPDATE t SET a = 1, b = 1, c = 1, d = 1 WHERE id = 16;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = -128, b = -32768, c = -8388608, d = -2147483648 WHERE id = 101;
UPDATE t SET a = 127, b = 32767, c = 8388607, d = 2147483647 WHERE id = 102;
UPDATE t SET a = 0, b = 0, c = 0, d = 0 WHERE id = 103;
UPDATE t SET a = -1, b = -1, c = -1, d = -1 WHERE id = 104;
UPDATE t SET a = NULL, b = NULL, c = NULL, d = NULL WHERE id = 105;
UPDATE t SET a = 1, b = 1, c = 1, d = 1 WHERE id = 106;
UPDATE t SET a = -128, b = -32768, c = -8388608, d = -2147483648 WHERE id = 1101;
UPDATE t SET a = 127, b = 32767, c = 8388607, d = 2147483647 WHERE id = 1102;
UPDATE t SET a = 0, b = 0, c = 0, d = 0 WHERE id = 1103;
UPDATE t SET a = -1, b = -1, c = -1, d = -1 WHERE id = 1104;
UPDATE t SET a = NULL, b = NULL, c = NULL, d = NULL WHERE id = 1105;
UPDATE t SET a = 1, b = 1, c = 1, d = 1 WHERE id = 1106;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a, b, c, d) VALUES
  (251, 1, 1, 1, 1);
REPLACE INTO t (id, a, b, c, d) VALUES
  (1251, -128, -32768, -8388608, -2147483648);
-- at copied
UPDATE t SET a = -128, b = -32768, c = -8388608, d = -2147483648 WHERE id = 401;
UPDATE t SET a = 127, b = 32767, c = 8388607, d = 2147483647 WHERE id = 402;
UPDATE t SET a = 0, b = 0, c = 0, d = 0 WHERE id = 403;
UPDATE t SET a = -1, b = -1, c = -1, d = -1 WHERE id = 404;
UPDATE t SET a = NULL, b = NULL, c = NULL, d = NULL WHERE id = 405;
UPDATE t SET a = 1, b = 1, c = 1, d = 1 WHERE id = 406;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a, x.b = y.b, x.c = y.c, x.d = y.d WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a, b, c, d) VALUES (7, -128, -32768, -8388608, -2147483648), (-7, 1, 1, 1, 1) ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = -128, b = -32768, c = -8388608, d = -2147483648 WHERE id = 601;
UPDATE t SET a = 127, b = 32767, c = 8388607, d = 2147483647 WHERE id = 602;
UPDATE t SET a = 0, b = 0, c = 0, d = 0 WHERE id = 603;
UPDATE t SET a = -1, b = -1, c = -1, d = -1 WHERE id = 604;
UPDATE t SET a = NULL, b = NULL, c = NULL, d = NULL WHERE id = 605;
UPDATE t SET a = 1, b = 1, c = 1, d = 1 WHERE id = 606;
INSERT INTO t (id, a, b, c, d) VALUES
  (3001, -128, -32768, -8388608, -2147483648),
  (3002, 127, 32767, 8388607, 2147483647),
  (3003, 0, 0, 0, 0),
  (3004, -1, -1, -1, -1),
  (3005, NULL, NULL, NULL, NULL),
  (3006, 1, 1, 1, 1);
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a, b, c, d) VALUES
  (4001, -32768, -8388608, -2147483648, -9223372036854775808),
  (4002, 32767, 8388607, 2147483647, 9223372036854775807),
  (4003, 0, 0, 0, 0),
  (4004, -1, -1, -1, -1),
  (4005, NULL, NULL, NULL, NULL),
  (4006, 1, 1, 1, 1);
UPDATE t SET a = -32768, b = -8388608, c = -2147483648, d = -9223372036854775808 WHERE id = 701;
UPDATE t SET a = 32767, b = 8388607, c = 2147483647, d = 9223372036854775807 WHERE id = 702;
UPDATE t SET a = 0, b = 0, c = 0, d = 0 WHERE id = 703;
UPDATE t SET a = -1, b = -1, c = -1, d = -1 WHERE id = 704;
UPDATE t SET a = NULL, b = NULL, c = NULL, d = NULL WHERE id = 705;
UPDATE t SET a = 1, b = 1, c = 1, d = 1 WHERE id = 706;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
