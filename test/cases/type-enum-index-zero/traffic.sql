-- at before-copy
SET sql_mode = '';
INSERT INTO t (id, a, b) VALUES
  (2001, 'invalid', 'y'),
  (2002, '', 'x'),
  (2003, 'a', 'y'),
  (2004, 0, 'x'),
  (2005, NULL, 'y');
UPDATE t SET a = 'invalid', b = 'y' WHERE id = 11;
UPDATE t SET a = '', b = 'x' WHERE id = 12;
UPDATE t SET a = 'a', b = 'y' WHERE id = 13;
UPDATE t SET a = 0, b = 'x' WHERE id = 14;
UPDATE t SET a = NULL, b = 'y' WHERE id = 15;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = 'invalid', b = 'y' WHERE id = 101;
UPDATE t SET a = '', b = 'x' WHERE id = 102;
UPDATE t SET a = 'a', b = 'y' WHERE id = 103;
UPDATE t SET a = 0, b = 'x' WHERE id = 104;
UPDATE t SET a = NULL, b = 'y' WHERE id = 105;
UPDATE t SET a = 'invalid', b = 'y' WHERE id = 1101;
UPDATE t SET a = '', b = 'x' WHERE id = 1102;
UPDATE t SET a = 'a', b = 'y' WHERE id = 1103;
UPDATE t SET a = 0, b = 'x' WHERE id = 1104;
UPDATE t SET a = NULL, b = 'y' WHERE id = 1105;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a, b) VALUES
  (251, NULL, 'y');
REPLACE INTO t (id, a, b) VALUES
  (1251, 'invalid', 'y');
-- at copied
UPDATE t SET a = 'invalid', b = 'y' WHERE id = 401;
UPDATE t SET a = '', b = 'x' WHERE id = 402;
UPDATE t SET a = 'a', b = 'y' WHERE id = 403;
UPDATE t SET a = 0, b = 'x' WHERE id = 404;
UPDATE t SET a = NULL, b = 'y' WHERE id = 405;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a, x.b = y.b WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a, b) VALUES (7, 'invalid', 'y'), (-7, NULL, 'y') ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = 'invalid', b = 'y' WHERE id = 601;
UPDATE t SET a = '', b = 'x' WHERE id = 602;
UPDATE t SET a = 'a', b = 'y' WHERE id = 603;
UPDATE t SET a = 0, b = 'x' WHERE id = 604;
UPDATE t SET a = NULL, b = 'y' WHERE id = 605;
INSERT INTO t (id, a, b) VALUES
  (3001, 'invalid', 'y'),
  (3002, '', 'x'),
  (3003, 'a', 'y'),
  (3004, 0, 'x'),
  (3005, NULL, 'y');
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a, b) VALUES
  (4001, 'invalid', 'y'),
  (4002, '', 'x'),
  (4003, 'a', 'y'),
  (4004, 0, 'x'),
  (4005, NULL, 'y');
UPDATE t SET a = 'invalid', b = 'y' WHERE id = 701;
UPDATE t SET a = '', b = 'x' WHERE id = 702;
UPDATE t SET a = 'a', b = 'y' WHERE id = 703;
UPDATE t SET a = 0, b = 'x' WHERE id = 704;
UPDATE t SET a = NULL, b = 'y' WHERE id = 705;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
