-- at before-copy
INSERT INTO t (id, a, b) VALUES
  (2001, 'a', 'é'),
  (2002, 'A', 'E'),
  (2003, 'á', 'é'),
  (2004, 'a ', 'E'),
  (2005, 'ß', 'é'),
  (2006, 'ss', 'E'),
  (2007, 'İ', 'é'),
  (2008, 'ı', 'E'),
  (2009, '', 'é'),
  (2010, '\0', 'E'),
  (2011, NULL, 'é');
UPDATE t SET a = 'a', b = 'é' WHERE id = 11;
UPDATE t SET a = 'A', b = 'E' WHERE id = 12;
UPDATE t SET a = 'á', b = 'é' WHERE id = 13;
UPDATE t SET a = 'a ', b = 'E' WHERE id = 14;
UPDATE t SET a = 'ß', b = 'é' WHERE id = 15;
UPDATE t SET a = 'ss', b = 'E' WHERE id = 16;
UPDATE t SET a = 'İ', b = 'é' WHERE id = 17;
UPDATE t SET a = 'ı', b = 'E' WHERE id = 18;
UPDATE t SET a = '', b = 'é' WHERE id = 19;
UPDATE t SET a = '\0', b = 'E' WHERE id = 20;
UPDATE t SET a = NULL, b = 'é' WHERE id = 21;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = 'a', b = 'é' WHERE id = 101;
UPDATE t SET a = 'A', b = 'E' WHERE id = 102;
UPDATE t SET a = 'á', b = 'é' WHERE id = 103;
UPDATE t SET a = 'a ', b = 'E' WHERE id = 104;
UPDATE t SET a = 'ß', b = 'é' WHERE id = 105;
UPDATE t SET a = 'ss', b = 'E' WHERE id = 106;
UPDATE t SET a = 'İ', b = 'é' WHERE id = 107;
UPDATE t SET a = 'ı', b = 'E' WHERE id = 108;
UPDATE t SET a = '', b = 'é' WHERE id = 109;
UPDATE t SET a = '\0', b = 'E' WHERE id = 110;
UPDATE t SET a = NULL, b = 'é' WHERE id = 111;
UPDATE t SET a = 'a', b = 'é' WHERE id = 1101;
UPDATE t SET a = 'A', b = 'E' WHERE id = 1102;
UPDATE t SET a = 'á', b = 'é' WHERE id = 1103;
UPDATE t SET a = 'a ', b = 'E' WHERE id = 1104;
UPDATE t SET a = 'ß', b = 'é' WHERE id = 1105;
UPDATE t SET a = 'ss', b = 'E' WHERE id = 1106;
UPDATE t SET a = 'İ', b = 'é' WHERE id = 1107;
UPDATE t SET a = 'ı', b = 'E' WHERE id = 1108;
UPDATE t SET a = '', b = 'é' WHERE id = 1109;
UPDATE t SET a = '\0', b = 'E' WHERE id = 1110;
UPDATE t SET a = NULL, b = 'é' WHERE id = 1111;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a, b) VALUES
  (251, NULL, 'é');
REPLACE INTO t (id, a, b) VALUES
  (1251, 'a', 'é');
-- at copied
UPDATE t SET a = 'a', b = 'é' WHERE id = 401;
UPDATE t SET a = 'A', b = 'E' WHERE id = 402;
UPDATE t SET a = 'á', b = 'é' WHERE id = 403;
UPDATE t SET a = 'a ', b = 'E' WHERE id = 404;
UPDATE t SET a = 'ß', b = 'é' WHERE id = 405;
UPDATE t SET a = 'ss', b = 'E' WHERE id = 406;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a, x.b = y.b WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a, b) VALUES (7, 'a', 'é'), (-7, NULL, 'é') ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = 'a', b = 'é' WHERE id = 601;
UPDATE t SET a = 'A', b = 'E' WHERE id = 602;
UPDATE t SET a = 'á', b = 'é' WHERE id = 603;
UPDATE t SET a = 'a ', b = 'E' WHERE id = 604;
UPDATE t SET a = 'ß', b = 'é' WHERE id = 605;
UPDATE t SET a = 'ss', b = 'E' WHERE id = 606;
INSERT INTO t (id, a, b) VALUES
  (3001, 'a', 'é'),
  (3002, 'A', 'E'),
  (3003, 'á', 'é'),
  (3004, 'a ', 'E'),
  (3005, 'ß', 'é'),
  (3006, 'ss', 'E');
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a, b) VALUES
  (4001, 'a', 'é'),
  (4002, 'A', 'E'),
  (4003, 'á', 'é'),
  (4004, 'a ', 'E'),
  (4005, 'ß', 'é'),
  (4006, 'ss', 'E'),
  (4007, 'İ', 'é'),
  (4008, 'ı', 'E'),
  (4009, '', 'é'),
  (4010, '\0', 'E'),
  (4011, NULL, 'é');
UPDATE t SET a = 'a', b = 'é' WHERE id = 701;
UPDATE t SET a = 'A', b = 'E' WHERE id = 702;
UPDATE t SET a = 'á', b = 'é' WHERE id = 703;
UPDATE t SET a = 'a ', b = 'E' WHERE id = 704;
UPDATE t SET a = 'ß', b = 'é' WHERE id = 705;
UPDATE t SET a = 'ss', b = 'E' WHERE id = 706;
UPDATE t SET a = 'İ', b = 'é' WHERE id = 707;
UPDATE t SET a = 'ı', b = 'E' WHERE id = 708;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
