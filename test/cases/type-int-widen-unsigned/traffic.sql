-- at before-copy
INSERT INTO t (id, a, b, c, d) VALUES
  (2001, 255, 65535, 16777215, 4294967295),
  (2002, 0, 0, 0, 0),
  (2003, NULL, NULL, NULL, NULL),
  (2004, 128, 32768, 8388608, 2147483648),
  (2005, 1, 1, 1, 1);
UPDATE t SET a = 255, b = 65535, c = 16777215, d = 4294967295 WHERE id = 11;
UPDATE t SET a = 0, b = 0, c = 0, d = 0 WHERE id = 12;
UPDATE t SET a = NULL, b = NULL, c = NULL, d = NULL WHERE id = 13;
UPDATE t SET a = 128, b = 32768, c = 8388608, d = 2147483648 WHERE id = 14;
UPDATE t SET a = 1, b = 1, c = 1, d = 1 WHERE id = 15;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = 255, b = 65535, c = 16777215, d = 4294967295 WHERE id = 101;
UPDATE t SET a = 0, b = 0, c = 0, d = 0 WHERE id = 102;
UPDATE t SET a = NULL, b = NULL, c = NULL, d = NULL WHERE id = 103;
UPDATE t SET a = 128, b = 32768, c = 8388608, d = 2147483648 WHERE id = 104;
UPDATE t SET a = 1, b = 1, c = 1, d = 1 WHERE id = 105;
UPDATE t SET a = 255, b = 65535, c = 16777215, d = 4294967295 WHERE id = 1101;
UPDATE t SET a = 0, b = 0, c = 0, d = 0 WHERE id = 1102;
UPDATE t SET a = NULL, b = NULL, c = NULL, d = NULL WHERE id = 1103;
UPDATE t SET a = 128, b = 32768, c = 8388608, d = 2147483648 WHERE id = 1104;
UPDATE t SET a = 1, b = 1, c = 1, d = 1 WHERE id = 1105;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a, b, c, d) VALUES
  (251, 1, 1, 1, 1);
REPLACE INTO t (id, a, b, c, d) VALUES
  (1251, 255, 65535, 16777215, 4294967295);
-- at copied
UPDATE t SET a = 255, b = 65535, c = 16777215, d = 4294967295 WHERE id = 401;
UPDATE t SET a = 0, b = 0, c = 0, d = 0 WHERE id = 402;
UPDATE t SET a = NULL, b = NULL, c = NULL, d = NULL WHERE id = 403;
UPDATE t SET a = 128, b = 32768, c = 8388608, d = 2147483648 WHERE id = 404;
UPDATE t SET a = 1, b = 1, c = 1, d = 1 WHERE id = 405;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a, x.b = y.b, x.c = y.c, x.d = y.d WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a, b, c, d) VALUES (7, 255, 65535, 16777215, 4294967295), (-7, 1, 1, 1, 1) ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = 255, b = 65535, c = 16777215, d = 4294967295 WHERE id = 601;
UPDATE t SET a = 0, b = 0, c = 0, d = 0 WHERE id = 602;
UPDATE t SET a = NULL, b = NULL, c = NULL, d = NULL WHERE id = 603;
UPDATE t SET a = 128, b = 32768, c = 8388608, d = 2147483648 WHERE id = 604;
UPDATE t SET a = 1, b = 1, c = 1, d = 1 WHERE id = 605;
INSERT INTO t (id, a, b, c, d) VALUES
  (3001, 255, 65535, 16777215, 4294967295),
  (3002, 0, 0, 0, 0),
  (3003, NULL, NULL, NULL, NULL),
  (3004, 128, 32768, 8388608, 2147483648),
  (3005, 1, 1, 1, 1);
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a, b, c, d) VALUES
  (4001, 65535, 16777215, 4294967295, 18446744073709551615),
  (4002, 0, 0, 0, 0),
  (4003, NULL, NULL, NULL, NULL),
  (4004, 32768, 8388608, 2147483648, 9223372036854775808),
  (4005, 1, 1, 1, 1);
UPDATE t SET a = 65535, b = 16777215, c = 4294967295, d = 18446744073709551615 WHERE id = 701;
UPDATE t SET a = 0, b = 0, c = 0, d = 0 WHERE id = 702;
UPDATE t SET a = NULL, b = NULL, c = NULL, d = NULL WHERE id = 703;
UPDATE t SET a = 32768, b = 8388608, c = 2147483648, d = 9223372036854775808 WHERE id = 704;
UPDATE t SET a = 1, b = 1, c = 1, d = 1 WHERE id = 705;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
