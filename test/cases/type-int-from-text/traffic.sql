-- at before-copy
INSERT INTO t (id, a) VALUES
  (2001, '7'),
  (2002, ''),
  (2003, NULL),
  (2004, 'x');
UPDATE t SET a = '7' WHERE id = 11;
UPDATE t SET a = '' WHERE id = 12;
UPDATE t SET a = NULL WHERE id = 13;
UPDATE t SET a = 'x' WHERE id = 14;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = '7' WHERE id = 101;
UPDATE t SET a = '' WHERE id = 102;
UPDATE t SET a = NULL WHERE id = 103;
UPDATE t SET a = 'x' WHERE id = 104;
UPDATE t SET a = '7' WHERE id = 1101;
UPDATE t SET a = '' WHERE id = 1102;
UPDATE t SET a = NULL WHERE id = 1103;
UPDATE t SET a = 'x' WHERE id = 1104;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a) VALUES
  (251, 'x');
REPLACE INTO t (id, a) VALUES
  (1251, '7');
-- at copied
UPDATE t SET a = '7' WHERE id = 401;
UPDATE t SET a = '' WHERE id = 402;
UPDATE t SET a = NULL WHERE id = 403;
UPDATE t SET a = 'x' WHERE id = 404;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a) VALUES (7, '7'), (-7, 'x') ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = '7' WHERE id = 601;
UPDATE t SET a = '' WHERE id = 602;
UPDATE t SET a = NULL WHERE id = 603;
UPDATE t SET a = 'x' WHERE id = 604;
INSERT INTO t (id, a) VALUES
  (3001, '7'),
  (3002, ''),
  (3003, NULL),
  (3004, 'x');
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a) VALUES
  (4001, '7'),
  (4002, ''),
  (4003, NULL),
  (4004, 'x');
UPDATE t SET a = '7' WHERE id = 701;
UPDATE t SET a = '' WHERE id = 702;
UPDATE t SET a = NULL WHERE id = 703;
UPDATE t SET a = 'x' WHERE id = 704;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
