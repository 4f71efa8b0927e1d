-- at before-copy
INSERT INTO t (id, a) VALUES
  (2001, 'm1'),
  (2002, 'm255'),
  (2003, 'm256'),
  (2004, 'm300'),
  (2005, NULL);
UPDATE t SET a = 'm1' WHERE id = 11;
UPDATE t SET a = 'm255' WHERE id = 12;
UPDATE t SET a = 'm256' WHERE id = 13;
UPDATE t SET a = 'm300' WHERE id = 14;
UPDATE t SET a = NULL WHERE id = 15;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = 'm1' WHERE id = 101;
UPDATE t SET a = 'm255' WHERE id = 102;
UPDATE t SET a = 'm256' WHERE id = 103;
UPDATE t SET a = 'm300' WHERE id = 104;
UPDATE t SET a = NULL WHERE id = 105;
UPDATE t SET a = 'm1' WHERE id = 1101;
UPDATE t SET a = 'm255' WHERE id = 1102;
UPDATE t SET a = 'm256' WHERE id = 1103;
UPDATE t SET a = 'm300' WHERE id = 1104;
UPDATE t SET a = NULL WHERE id = 1105;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a) VALUES
  (251, NULL);
REPLACE INTO t (id, a) VALUES
  (1251, 'm1');
-- at copied
UPDATE t SET a = 'm1' WHERE id = 401;
UPDATE t SET a = 'm255' WHERE id = 402;
UPDATE t SET a = 'm256' WHERE id = 403;
UPDATE t SET a = 'm300' WHERE id = 404;
UPDATE t SET a = NULL WHERE id = 405;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a) VALUES (7, 'm1'), (-7, NULL) ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = 'm1' WHERE id = 601;
UPDATE t SET a = 'm255' WHERE id = 602;
UPDATE t SET a = 'm256' WHERE id = 603;
UPDATE t SET a = 'm300' WHERE id = 604;
UPDATE t SET a = NULL WHERE id = 605;
INSERT INTO t (id, a) VALUES
  (3001, 'm1'),
  (3002, 'm255'),
  (3003, 'm256'),
  (3004, 'm300'),
  (3005, NULL);
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a) VALUES
  (4001, 'm1'),
  (4002, 'm255'),
  (4003, 'm256'),
  (4004, 'm300'),
  (4005, NULL);
UPDATE t SET a = 'm1' WHERE id = 701;
UPDATE t SET a = 'm255' WHERE id = 702;
UPDATE t SET a = 'm256' WHERE id = 703;
UPDATE t SET a = 'm300' WHERE id = 704;
UPDATE t SET a = NULL WHERE id = 705;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
