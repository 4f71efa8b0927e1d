-- at before-copy
INSERT INTO t (id, a, b, c) VALUES
  (2001, 'é', 'é', 'é'),
  (2002, 'ж', 'ж', 'ж'),
  (2003, '中', '中', '中'),
  (2004, '', '', ''),
  (2005, 'a ', 'a ', 'a '),
  (2006, NULL, NULL, NULL),
  (2007, '😀', '😀', 'é');
UPDATE t SET a = 'é', b = 'é', c = 'é' WHERE id = 11;
UPDATE t SET a = 'ж', b = 'ж', c = 'ж' WHERE id = 12;
UPDATE t SET a = '中', b = '中', c = '中' WHERE id = 13;
UPDATE t SET a = '', b = '', c = '' WHERE id = 14;
UPDATE t SET a = 'a ', b = 'a ', c = 'a ' WHERE id = 15;
UPDATE t SET a = NULL, b = NULL, c = NULL WHERE id = 16;
UPDATE t SET a = '😀', b = '😀', c = 'é' WHERE id = 17;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = 'é', b = 'é', c = 'é' WHERE id = 101;
UPDATE t SET a = 'ж', b = 'ж', c = 'ж' WHERE id = 102;
UPDATE t SET a = '中', b = '中', c = '中' WHERE id = 103;
UPDATE t SET a = '', b = '', c = '' WHERE id = 104;
UPDATE t SET a = 'a ', b = 'a ', c = 'a ' WHERE id = 105;
UPDATE t SET a = NULL, b = NULL, c = NULL WHERE id = 106;
UPDATE t SET a = '😀', b = '😀', c = 'é' WHERE id = 107;
UPDATE t SET a = 'é', b = 'é', c = 'é' WHERE id = 1101;
UPDATE t SET a = 'ж', b = 'ж', c = 'ж' WHERE id = 1102;
UPDATE t SET a = '中', b = '中', c = '中' WHERE id = 1103;
UPDATE t SET a = '', b = '', c = '' WHERE id = 1104;
UPDATE t SET a = 'a ', b = 'a ', c = 'a ' WHERE id = 1105;
UPDATE t SET a = NULL, b = NULL, c = NULL WHERE id = 1106;
UPDATE t SET a = '😀', b = '😀', c = 'é' WHERE id = 1107;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a, b, c) VALUES
  (251, '😀', '😀', 'é');
REPLACE INTO t (id, a, b, c) VALUES
  (1251, 'é', 'é', 'é');
-- at copied
UPDATE t SET a = 'é', b = 'é', c = 'é' WHERE id = 401;
UPDATE t SET a = 'ж', b = 'ж', c = 'ж' WHERE id = 402;
UPDATE t SET a = '中', b = '中', c = '中' WHERE id = 403;
UPDATE t SET a = '', b = '', c = '' WHERE id = 404;
UPDATE t SET a = 'a ', b = 'a ', c = 'a ' WHERE id = 405;
UPDATE t SET a = NULL, b = NULL, c = NULL WHERE id = 406;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a, x.b = y.b, x.c = y.c WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a, b, c) VALUES (7, 'é', 'é', 'é'), (-7, '😀', '😀', 'é') ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = 'é', b = 'é', c = 'é' WHERE id = 601;
UPDATE t SET a = 'ж', b = 'ж', c = 'ж' WHERE id = 602;
UPDATE t SET a = '中', b = '中', c = '中' WHERE id = 603;
UPDATE t SET a = '', b = '', c = '' WHERE id = 604;
UPDATE t SET a = 'a ', b = 'a ', c = 'a ' WHERE id = 605;
UPDATE t SET a = NULL, b = NULL, c = NULL WHERE id = 606;
INSERT INTO t (id, a, b, c) VALUES
  (3001, 'é', 'é', 'é'),
  (3002, 'ж', 'ж', 'ж'),
  (3003, '中', '中', '中'),
  (3004, '', '', ''),
  (3005, 'a ', 'a ', 'a '),
  (3006, NULL, NULL, NULL);
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a, b, c) VALUES
  (4001, 'é', 'é', 'é'),
  (4002, 'ж', 'ж', 'ж'),
  (4003, '中', '中', '中'),
  (4004, '', '', ''),
  (4005, 'a ', 'a ', 'a '),
  (4006, NULL, NULL, NULL),
  (4007, '😀', '😀', 'é');
UPDATE t SET a = 'é', b = 'é', c = 'é' WHERE id = 701;
UPDATE t SET a = 'ж', b = 'ж', c = 'ж' WHERE id = 702;
UPDATE t SET a = '中', b = '中', c = '中' WHERE id = 703;
UPDATE t SET a = '', b = '', c = '' WHERE id = 704;
UPDATE t SET a = 'a ', b = 'a ', c = 'a ' WHERE id = 705;
UPDATE t SET a = NULL, b = NULL, c = NULL WHERE id = 706;
UPDATE t SET a = '😀', b = '😀', c = 'é' WHERE id = 707;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
