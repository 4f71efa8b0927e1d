-- at before-copy
INSERT INTO t (id, a) VALUES
  (2001, _gbk x'815C'),
  (2002, _gbk x'D6D0CEC4'),
  (2003, _gbk x'5C'),
  (2004, _gbk x'27'),
  (2005, _gbk x''),
  (2006, NULL);
UPDATE t SET a = _gbk x'815C' WHERE id = 11;
UPDATE t SET a = _gbk x'D6D0CEC4' WHERE id = 12;
UPDATE t SET a = _gbk x'5C' WHERE id = 13;
UPDATE t SET a = _gbk x'27' WHERE id = 14;
UPDATE t SET a = _gbk x'' WHERE id = 15;
UPDATE t SET a = NULL WHERE id = 16;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = _gbk x'815C' WHERE id = 101;
UPDATE t SET a = _gbk x'D6D0CEC4' WHERE id = 102;
UPDATE t SET a = _gbk x'5C' WHERE id = 103;
UPDATE t SET a = _gbk x'27' WHERE id = 104;
UPDATE t SET a = _gbk x'' WHERE id = 105;
UPDATE t SET a = NULL WHERE id = 106;
UPDATE t SET a = _gbk x'815C' WHERE id = 1101;
UPDATE t SET a = _gbk x'D6D0CEC4' WHERE id = 1102;
UPDATE t SET a = _gbk x'5C' WHERE id = 1103;
UPDATE t SET a = _gbk x'27' WHERE id = 1104;
UPDATE t SET a = _gbk x'' WHERE id = 1105;
UPDATE t SET a = NULL WHERE id = 1106;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a) VALUES
  (251, NULL);
REPLACE INTO t (id, a) VALUES
  (1251, _gbk x'815C');
-- at copied
UPDATE t SET a = _gbk x'815C' WHERE id = 401;
UPDATE t SET a = _gbk x'D6D0CEC4' WHERE id = 402;
UPDATE t SET a = _gbk x'5C' WHERE id = 403;
UPDATE t SET a = _gbk x'27' WHERE id = 404;
UPDATE t SET a = _gbk x'' WHERE id = 405;
UPDATE t SET a = NULL WHERE id = 406;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a) VALUES (7, _gbk x'815C'), (-7, NULL) ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = _gbk x'815C' WHERE id = 601;
UPDATE t SET a = _gbk x'D6D0CEC4' WHERE id = 602;
UPDATE t SET a = _gbk x'5C' WHERE id = 603;
UPDATE t SET a = _gbk x'27' WHERE id = 604;
UPDATE t SET a = _gbk x'' WHERE id = 605;
UPDATE t SET a = NULL WHERE id = 606;
INSERT INTO t (id, a) VALUES
  (3001, _gbk x'815C'),
  (3002, _gbk x'D6D0CEC4'),
  (3003, _gbk x'5C'),
  (3004, _gbk x'27'),
  (3005, _gbk x''),
  (3006, NULL);
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a) VALUES
  (4001, '😀');
UPDATE t SET a = '😀' WHERE id = 701;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
