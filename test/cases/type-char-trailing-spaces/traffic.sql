-- at before-copy
INSERT INTO t (id, a, b, c) VALUES
  (2001, 'a  ', 'a  ', 'a '),
  (2002, '  a', '  a', 'a'),
  (2003, '', '', ''),
  (2004, ' ', ' ', 'a '),
  (2005, 'a\t', 'a\t', 'a'),
  (2006, 'a\0', 'a\0', ''),
  (2007, NULL, NULL, 'a ');
UPDATE t SET a = 'a  ', b = 'a  ', c = 'a ' WHERE id = 11;
UPDATE t SET a = '  a', b = '  a', c = 'a' WHERE id = 12;
UPDATE t SET a = '', b = '', c = '' WHERE id = 13;
UPDATE t SET a = ' ', b = ' ', c = 'a ' WHERE id = 14;
UPDATE t SET a = 'a\t', b = 'a\t', c = 'a' WHERE id = 15;
UPDATE t SET a = 'a\0', b = 'a\0', c = '' WHERE id = 16;
UPDATE t SET a = NULL, b = NULL, c = 'a ' WHERE id = 17;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = 'a  ', b = 'a  ', c = 'a ' WHERE id = 101;
UPDATE t SET a = '  a', b = '  a', c = 'a' WHERE id = 102;
UPDATE t SET a = '', b = '', c = '' WHERE id = 103;
UPDATE t SET a = ' ', b = ' ', c = 'a ' WHERE id = 104;
UPDATE t SET a = 'a\t', b = 'a\t', c = 'a' WHERE id = 105;
UPDATE t SET a = 'a\0', b = 'a\0', c = '' WHERE id = 106;
UPDATE t SET a = NULL, b = NULL, c = 'a ' WHERE id = 107;
UPDATE t SET a = 'a  ', b = 'a  ', c = 'a ' WHERE id = 1101;
UPDATE t SET a = '  a', b = '  a', c = 'a' WHERE id = 1102;
UPDATE t SET a = '', b = '', c = '' WHERE id = 1103;
UPDATE t SET a = ' ', b = ' ', c = 'a ' WHERE id = 1104;
UPDATE t SET a = 'a\t', b = 'a\t', c = 'a' WHERE id = 1105;
UPDATE t SET a = 'a\0', b = 'a\0', c = '' WHERE id = 1106;
UPDATE t SET a = NULL, b = NULL, c = 'a ' WHERE id = 1107;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a, b, c) VALUES
  (251, NULL, NULL, 'a ');
REPLACE INTO t (id, a, b, c) VALUES
  (1251, 'a  ', 'a  ', 'a ');
-- at copied
UPDATE t SET a = 'a  ', b = 'a  ', c = 'a ' WHERE id = 401;
UPDATE t SET a = '  a', b = '  a', c = 'a' WHERE id = 402;
UPDATE t SET a = '', b = '', c = '' WHERE id = 403;
UPDATE t SET a = ' ', b = ' ', c = 'a ' WHERE id = 404;
UPDATE t SET a = 'a\t', b = 'a\t', c = 'a' WHERE id = 405;
UPDATE t SET a = 'a\0', b = 'a\0', c = '' WHERE id = 406;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a, x.b = y.b, x.c = y.c WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a, b, c) VALUES (7, 'a  ', 'a  ', 'a '), (-7, NULL, NULL, 'a ') ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = 'a  ', b = 'a  ', c = 'a ' WHERE id = 601;
UPDATE t SET a = '  a', b = '  a', c = 'a' WHERE id = 602;
UPDATE t SET a = '', b = '', c = '' WHERE id = 603;
UPDATE t SET a = ' ', b = ' ', c = 'a ' WHERE id = 604;
UPDATE t SET a = 'a\t', b = 'a\t', c = 'a' WHERE id = 605;
UPDATE t SET a = 'a\0', b = 'a\0', c = '' WHERE id = 606;
INSERT INTO t (id, a, b, c) VALUES
  (3001, 'a  ', 'a  ', 'a '),
  (3002, '  a', '  a', 'a'),
  (3003, '', '', ''),
  (3004, ' ', ' ', 'a '),
  (3005, 'a\t', 'a\t', 'a'),
  (3006, 'a\0', 'a\0', '');
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a, b, c) VALUES
  (4001, 'a  ', 'a  ', 'a '),
  (4002, '  a', '  a', 'a'),
  (4003, '', '', ''),
  (4004, ' ', ' ', 'a '),
  (4005, 'a\t', 'a\t', 'a'),
  (4006, 'a\0', 'a\0', ''),
  (4007, NULL, NULL, 'a ');
UPDATE t SET a = 'a  ', b = 'a  ', c = 'a ' WHERE id = 701;
UPDATE t SET a = '  a', b = '  a', c = 'a' WHERE id = 702;
UPDATE t SET a = '', b = '', c = '' WHERE id = 703;
UPDATE t SET a = ' ', b = ' ', c = 'a ' WHERE id = 704;
UPDATE t SET a = 'a\t', b = 'a\t', c = 'a' WHERE id = 705;
UPDATE t SET a = 'a\0', b = 'a\0', c = '' WHERE id = 706;
UPDATE t SET a = NULL, b = NULL, c = 'a ' WHERE id = 707;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
