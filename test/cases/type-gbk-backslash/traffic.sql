-- at before-copy
INSERT INTO t (id, a, b) VALUES
  (2001, _gbk x'815C', _gbk x'815C'),
  (2002, _gbk x'D6D0CEC4', _gbk x'D6D0CEC4'),
  (2003, _gbk x'5C', _gbk x'5C'),
  (2004, _gbk x'A1A1', _gbk x'A1A1'),
  (2005, _gbk x'FE50', _gbk x'FE50'),
  (2006, _gbk x'', _gbk x''),
  (2007, _gbk x'27', _gbk x'27'),
  (2008, _gbk x'5C27', _gbk x'5C27'),
  (2009, NULL, _gbk x'815C');
UPDATE t SET a = _gbk x'815C', b = _gbk x'815C' WHERE id = 11;
UPDATE t SET a = _gbk x'D6D0CEC4', b = _gbk x'D6D0CEC4' WHERE id = 12;
UPDATE t SET a = _gbk x'5C', b = _gbk x'5C' WHERE id = 13;
UPDATE t SET a = _gbk x'A1A1', b = _gbk x'A1A1' WHERE id = 14;
UPDATE t SET a = _gbk x'FE50', b = _gbk x'FE50' WHERE id = 15;
UPDATE t SET a = _gbk x'', b = _gbk x'' WHERE id = 16;
UPDATE t SET a = _gbk x'27', b = _gbk x'27' WHERE id = 17;
UPDATE t SET a = _gbk x'5C27', b = _gbk x'5C27' WHERE id = 18;
UPDATE t SET a = NULL, b = _gbk x'815C' WHERE id = 19;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = _gbk x'815C', b = _gbk x'815C' WHERE id = 101;
UPDATE t SET a = _gbk x'D6D0CEC4', b = _gbk x'D6D0CEC4' WHERE id = 102;
UPDATE t SET a = _gbk x'5C', b = _gbk x'5C' WHERE id = 103;
UPDATE t SET a = _gbk x'A1A1', b = _gbk x'A1A1' WHERE id = 104;
UPDATE t SET a = _gbk x'FE50', b = _gbk x'FE50' WHERE id = 105;
UPDATE t SET a = _gbk x'', b = _gbk x'' WHERE id = 106;
UPDATE t SET a = _gbk x'27', b = _gbk x'27' WHERE id = 107;
UPDATE t SET a = _gbk x'5C27', b = _gbk x'5C27' WHERE id = 108;
UPDATE t SET a = NULL, b = _gbk x'815C' WHERE id = 109;
UPDATE t SET a = _gbk x'815C', b = _gbk x'815C' WHERE id = 1101;
UPDATE t SET a = _gbk x'D6D0CEC4', b = _gbk x'D6D0CEC4' WHERE id = 1102;
UPDATE t SET a = _gbk x'5C', b = _gbk x'5C' WHERE id = 1103;
UPDATE t SET a = _gbk x'A1A1', b = _gbk x'A1A1' WHERE id = 1104;
UPDATE t SET a = _gbk x'FE50', b = _gbk x'FE50' WHERE id = 1105;
UPDATE t SET a = _gbk x'', b = _gbk x'' WHERE id = 1106;
UPDATE t SET a = _gbk x'27', b = _gbk x'27' WHERE id = 1107;
UPDATE t SET a = _gbk x'5C27', b = _gbk x'5C27' WHERE id = 1108;
UPDATE t SET a = NULL, b = _gbk x'815C' WHERE id = 1109;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a, b) VALUES
  (251, NULL, _gbk x'815C');
REPLACE INTO t (id, a, b) VALUES
  (1251, _gbk x'815C', _gbk x'815C');
-- at copied
UPDATE t SET a = _gbk x'815C', b = _gbk x'815C' WHERE id = 401;
UPDATE t SET a = _gbk x'D6D0CEC4', b = _gbk x'D6D0CEC4' WHERE id = 402;
UPDATE t SET a = _gbk x'5C', b = _gbk x'5C' WHERE id = 403;
UPDATE t SET a = _gbk x'A1A1', b = _gbk x'A1A1' WHERE id = 404;
UPDATE t SET a = _gbk x'FE50', b = _gbk x'FE50' WHERE id = 405;
UPDATE t SET a = _gbk x'', b = _gbk x'' WHERE id = 406;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a, x.b = y.b WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a, b) VALUES (7, _gbk x'815C', _gbk x'815C'), (-7, NULL, _gbk x'815C') ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = _gbk x'815C', b = _gbk x'815C' WHERE id = 601;
UPDATE t SET a = _gbk x'D6D0CEC4', b = _gbk x'D6D0CEC4' WHERE id = 602;
UPDATE t SET a = _gbk x'5C', b = _gbk x'5C' WHERE id = 603;
UPDATE t SET a = _gbk x'A1A1', b = _gbk x'A1A1' WHERE id = 604;
UPDATE t SET a = _gbk x'FE50', b = _gbk x'FE50' WHERE id = 605;
UPDATE t SET a = _gbk x'', b = _gbk x'' WHERE id = 606;
INSERT INTO t (id, a, b) VALUES
  (3001, _gbk x'815C', _gbk x'815C'),
  (3002, _gbk x'D6D0CEC4', _gbk x'D6D0CEC4'),
  (3003, _gbk x'5C', _gbk x'5C'),
  (3004, _gbk x'A1A1', _gbk x'A1A1'),
  (3005, _gbk x'FE50', _gbk x'FE50'),
  (3006, _gbk x'', _gbk x'');
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a, b) VALUES
  (4001, _gbk x'815C', _gbk x'815C'),
  (4002, _gbk x'D6D0CEC4', _gbk x'D6D0CEC4'),
  (4003, _gbk x'5C', _gbk x'5C'),
  (4004, _gbk x'A1A1', _gbk x'A1A1'),
  (4005, _gbk x'FE50', _gbk x'FE50'),
  (4006, _gbk x'', _gbk x''),
  (4007, _gbk x'27', _gbk x'27'),
  (4008, _gbk x'5C27', _gbk x'5C27'),
  (4009, NULL, _gbk x'815C');
UPDATE t SET a = _gbk x'815C', b = _gbk x'815C' WHERE id = 701;
UPDATE t SET a = _gbk x'D6D0CEC4', b = _gbk x'D6D0CEC4' WHERE id = 702;
UPDATE t SET a = _gbk x'5C', b = _gbk x'5C' WHERE id = 703;
UPDATE t SET a = _gbk x'A1A1', b = _gbk x'A1A1' WHERE id = 704;
UPDATE t SET a = _gbk x'FE50', b = _gbk x'FE50' WHERE id = 705;
UPDATE t SET a = _gbk x'', b = _gbk x'' WHERE id = 706;
UPDATE t SET a = _gbk x'27', b = _gbk x'27' WHERE id = 707;
UPDATE t SET a = _gbk x'5C27', b = _gbk x'5C27' WHERE id = 708;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
