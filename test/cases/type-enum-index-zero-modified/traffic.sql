-- at before-copy
SET sql_mode = '';
INSERT INTO t (id, a) VALUES
  (2001, 'invalid'),
  (2002, 'a'),
  (2003, NULL);
UPDATE t SET a = 'invalid' WHERE id = 11;
UPDATE t SET a = 'a' WHERE id = 12;
UPDATE t SET a = NULL WHERE id = 13;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = 'invalid' WHERE id = 101;
UPDATE t SET a = 'a' WHERE id = 102;
UPDATE t SET a = NULL WHERE id = 103;
UPDATE t SET a = 'invalid' WHERE id = 1101;
UPDATE t SET a = 'a' WHERE id = 1102;
UPDATE t SET a = NULL WHERE id = 1103;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a) VALUES
  (251, NULL);
REPLACE INTO t (id, a) VALUES
  (1251, 'invalid');
-- at copied
UPDATE t SET a = 'invalid' WHERE id = 401;
UPDATE t SET a = 'a' WHERE id = 402;
UPDATE t SET a = NULL WHERE id = 403;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a) VALUES (7, 'invalid'), (-7, NULL) ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = 'invalid' WHERE id = 601;
UPDATE t SET a = 'a' WHERE id = 602;
UPDATE t SET a = NULL WHERE id = 603;
INSERT INTO t (id, a) VALUES
  (3001, 'invalid'),
  (3002, 'a'),
  (3003, NULL);
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a) VALUES
  (4001, 'invalid'),
  (4002, 'a'),
  (4003, NULL);
UPDATE t SET a = 'invalid' WHERE id = 701;
UPDATE t SET a = 'a' WHERE id = 702;
UPDATE t SET a = NULL WHERE id = 703;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
