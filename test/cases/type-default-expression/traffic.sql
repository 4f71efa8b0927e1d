-- at before-copy
INSERT INTO t (id, a, b, c) VALUES
  (2001, 1, '', DEFAULT),
  (2002, NULL, NULL, '{}'),
  (2003, DEFAULT, DEFAULT, DEFAULT);
UPDATE t SET a = 1, b = '', c = DEFAULT WHERE id = 11;
UPDATE t SET a = NULL, b = NULL, c = '{}' WHERE id = 12;
UPDATE t SET a = DEFAULT, b = DEFAULT, c = DEFAULT WHERE id = 13;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = 1, b = '', c = DEFAULT WHERE id = 101;
UPDATE t SET a = NULL, b = NULL, c = '{}' WHERE id = 102;
UPDATE t SET a = DEFAULT, b = DEFAULT, c = DEFAULT WHERE id = 103;
UPDATE t SET a = 1, b = '', c = DEFAULT WHERE id = 1101;
UPDATE t SET a = NULL, b = NULL, c = '{}' WHERE id = 1102;
UPDATE t SET a = DEFAULT, b = DEFAULT, c = DEFAULT WHERE id = 1103;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a, b, c) VALUES
  (251, DEFAULT, DEFAULT, DEFAULT);
REPLACE INTO t (id, a, b, c) VALUES
  (1251, 1, '', DEFAULT);
-- at copied
UPDATE t SET a = 1, b = '', c = DEFAULT WHERE id = 401;
UPDATE t SET a = NULL, b = NULL, c = '{}' WHERE id = 402;
UPDATE t SET a = DEFAULT, b = DEFAULT, c = DEFAULT WHERE id = 403;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a, x.b = y.b, x.c = y.c WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a, b, c) VALUES (7, 1, '', DEFAULT), (-7, DEFAULT, DEFAULT, DEFAULT) ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = 1, b = '', c = DEFAULT WHERE id = 601;
UPDATE t SET a = NULL, b = NULL, c = '{}' WHERE id = 602;
UPDATE t SET a = DEFAULT, b = DEFAULT, c = DEFAULT WHERE id = 603;
INSERT INTO t (id, a, b, c) VALUES
  (3001, 1, '', DEFAULT),
  (3002, NULL, NULL, '{}'),
  (3003, DEFAULT, DEFAULT, DEFAULT);
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a, b, c) VALUES
  (4001, 1, '', DEFAULT),
  (4002, NULL, NULL, '{}'),
  (4003, DEFAULT, DEFAULT, DEFAULT);
UPDATE t SET a = 1, b = '', c = DEFAULT WHERE id = 701;
UPDATE t SET a = NULL, b = NULL, c = '{}' WHERE id = 702;
UPDATE t SET a = DEFAULT, b = DEFAULT, c = DEFAULT WHERE id = 703;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
