-- at before-copy
INSERT INTO t (id, a) VALUES
  (2001, 'ÿ'),
  (2002, '€'),
  (2003, ''),
  (2004, 'a '),
  (2005, NULL);
UPDATE t SET a = 'ÿ' WHERE id = 11;
UPDATE t SET a = '€' WHERE id = 12;
UPDATE t SET a = '' WHERE id = 13;
UPDATE t SET a = 'a ' WHERE id = 14;
UPDATE t SET a = NULL WHERE id = 15;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = 'ÿ' WHERE id = 101;
UPDATE t SET a = '€' WHERE id = 102;
UPDATE t SET a = '' WHERE id = 103;
UPDATE t SET a = 'a ' WHERE id = 104;
UPDATE t SET a = NULL WHERE id = 105;
UPDATE t SET a = 'ÿ' WHERE id = 1101;
UPDATE t SET a = '€' WHERE id = 1102;
UPDATE t SET a = '' WHERE id = 1103;
UPDATE t SET a = 'a ' WHERE id = 1104;
UPDATE t SET a = NULL WHERE id = 1105;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a) VALUES
  (251, NULL);
REPLACE INTO t (id, a) VALUES
  (1251, 'ÿ');
-- at copied
UPDATE t SET a = 'ÿ' WHERE id = 401;
UPDATE t SET a = '€' WHERE id = 402;
UPDATE t SET a = '' WHERE id = 403;
UPDATE t SET a = 'a ' WHERE id = 404;
UPDATE t SET a = NULL WHERE id = 405;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a) VALUES (7, 'ÿ'), (-7, NULL) ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = 'ÿ' WHERE id = 601;
UPDATE t SET a = '€' WHERE id = 602;
UPDATE t SET a = '' WHERE id = 603;
UPDATE t SET a = 'a ' WHERE id = 604;
UPDATE t SET a = NULL WHERE id = 605;
INSERT INTO t (id, a) VALUES
  (3001, 'ÿ'),
  (3002, '€'),
  (3003, ''),
  (3004, 'a '),
  (3005, NULL);
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a) VALUES
  (4001, 'ÿ'),
  (4002, '€'),
  (4003, ''),
  (4004, 'a '),
  (4005, NULL);
UPDATE t SET a = 'ÿ' WHERE id = 701;
UPDATE t SET a = '€' WHERE id = 702;
UPDATE t SET a = '' WHERE id = 703;
UPDATE t SET a = 'a ' WHERE id = 704;
UPDATE t SET a = NULL WHERE id = 705;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
