-- at before-copy
INSERT INTO t (id, a, b, c) VALUES
  (2001, x'00FF', x'00FF', x'00FF'),
  (2002, '', '', ''),
  (2003, x'6100', x'6100', NULL),
  (2004, NULL, NULL, x'00FF');
UPDATE t SET a = x'00FF', b = x'00FF', c = x'00FF' WHERE id = 11;
UPDATE t SET a = '', b = '', c = '' WHERE id = 12;
UPDATE t SET a = x'6100', b = x'6100', c = NULL WHERE id = 13;
UPDATE t SET a = NULL, b = NULL, c = x'00FF' WHERE id = 14;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = x'00FF', b = x'00FF', c = x'00FF' WHERE id = 101;
UPDATE t SET a = '', b = '', c = '' WHERE id = 102;
UPDATE t SET a = x'6100', b = x'6100', c = NULL WHERE id = 103;
UPDATE t SET a = NULL, b = NULL, c = x'00FF' WHERE id = 104;
UPDATE t SET a = x'00FF', b = x'00FF', c = x'00FF' WHERE id = 1101;
UPDATE t SET a = '', b = '', c = '' WHERE id = 1102;
UPDATE t SET a = x'6100', b = x'6100', c = NULL WHERE id = 1103;
UPDATE t SET a = NULL, b = NULL, c = x'00FF' WHERE id = 1104;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a, b, c) VALUES
  (251, NULL, NULL, x'00FF');
REPLACE INTO t (id, a, b, c) VALUES
  (1251, x'00FF', x'00FF', x'00FF');
-- at copied
UPDATE t SET a = x'00FF', b = x'00FF', c = x'00FF' WHERE id = 401;
UPDATE t SET a = '', b = '', c = '' WHERE id = 402;
UPDATE t SET a = x'6100', b = x'6100', c = NULL WHERE id = 403;
UPDATE t SET a = NULL, b = NULL, c = x'00FF' WHERE id = 404;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a, x.b = y.b, x.c = y.c WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a, b, c) VALUES (7, x'00FF', x'00FF', x'00FF'), (-7, NULL, NULL, x'00FF') ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = x'00FF', b = x'00FF', c = x'00FF' WHERE id = 601;
UPDATE t SET a = '', b = '', c = '' WHERE id = 602;
UPDATE t SET a = x'6100', b = x'6100', c = NULL WHERE id = 603;
UPDATE t SET a = NULL, b = NULL, c = x'00FF' WHERE id = 604;
INSERT INTO t (id, a, b, c) VALUES
  (3001, x'00FF', x'00FF', x'00FF'),
  (3002, '', '', ''),
  (3003, x'6100', x'6100', NULL),
  (3004, NULL, NULL, x'00FF');
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a, b, c) VALUES
  (4001, x'00FF', x'00FF', x'00FF'),
  (4002, '', '', ''),
  (4003, x'6100', x'6100', NULL),
  (4004, NULL, NULL, x'00FF');
UPDATE t SET a = x'00FF', b = x'00FF', c = x'00FF' WHERE id = 701;
UPDATE t SET a = '', b = '', c = '' WHERE id = 702;
UPDATE t SET a = x'6100', b = x'6100', c = NULL WHERE id = 703;
UPDATE t SET a = NULL, b = NULL, c = x'00FF' WHERE id = 704;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
