-- at before-copy
INSERT INTO t (id, a, b) VALUES
  (2001, _sjis x'835C', _cp932 x'835C'),
  (2002, _sjis x'815F', _cp932 x'815F'),
  (2003, _sjis x'5C', _cp932 x'5C'),
  (2004, _sjis x'7E', _cp932 x'7E'),
  (2005, _sjis x'B1', _cp932 x'B1'),
  (2006, _sjis x'8140', _cp932 x'8140'),
  (2007, _sjis x'', _cp932 x''),
  (2008, _sjis x'8E5C8E5C', _cp932 x'8E5C8E5C'),
  (2009, NULL, NULL);
UPDATE t SET a = _sjis x'835C', b = _cp932 x'835C' WHERE id = 11;
UPDATE t SET a = _sjis x'815F', b = _cp932 x'815F' WHERE id = 12;
UPDATE t SET a = _sjis x'5C', b = _cp932 x'5C' WHERE id = 13;
UPDATE t SET a = _sjis x'7E', b = _cp932 x'7E' WHERE id = 14;
UPDATE t SET a = _sjis x'B1', b = _cp932 x'B1' WHERE id = 15;
UPDATE t SET a = _sjis x'8140', b = _cp932 x'8140' WHERE id = 16;
UPDATE t SET a = _sjis x'', b = _cp932 x'' WHERE id = 17;
UPDATE t SET a = _sjis x'8E5C8E5C', b = _cp932 x'8E5C8E5C' WHERE id = 18;
UPDATE t SET a = NULL, b = NULL WHERE id = 19;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = _sjis x'835C', b = _cp932 x'835C' WHERE id = 101;
UPDATE t SET a = _sjis x'815F', b = _cp932 x'815F' WHERE id = 102;
UPDATE t SET a = _sjis x'5C', b = _cp932 x'5C' WHERE id = 103;
UPDATE t SET a = _sjis x'7E', b = _cp932 x'7E' WHERE id = 104;
UPDATE t SET a = _sjis x'B1', b = _cp932 x'B1' WHERE id = 105;
UPDATE t SET a = _sjis x'8140', b = _cp932 x'8140' WHERE id = 106;
UPDATE t SET a = _sjis x'', b = _cp932 x'' WHERE id = 107;
UPDATE t SET a = _sjis x'8E5C8E5C', b = _cp932 x'8E5C8E5C' WHERE id = 108;
UPDATE t SET a = NULL, b = NULL WHERE id = 109;
UPDATE t SET a = _sjis x'835C', b = _cp932 x'835C' WHERE id = 1101;
UPDATE t SET a = _sjis x'815F', b = _cp932 x'815F' WHERE id = 1102;
UPDATE t SET a = _sjis x'5C', b = _cp932 x'5C' WHERE id = 1103;
UPDATE t SET a = _sjis x'7E', b = _cp932 x'7E' WHERE id = 1104;
UPDATE t SET a = _sjis x'B1', b = _cp932 x'B1' WHERE id = 1105;
UPDATE t SET a = _sjis x'8140', b = _cp932 x'8140' WHERE id = 1106;
UPDATE t SET a = _sjis x'', b = _cp932 x'' WHERE id = 1107;
UPDATE t SET a = _sjis x'8E5C8E5C', b = _cp932 x'8E5C8E5C' WHERE id = 1108;
UPDATE t SET a = NULL, b = NULL WHERE id = 1109;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a, b) VALUES
  (251, NULL, NULL);
REPLACE INTO t (id, a, b) VALUES
  (1251, _sjis x'835C', _cp932 x'835C');
-- at copied
UPDATE t SET a = _sjis x'835C', b = _cp932 x'835C' WHERE id = 401;
UPDATE t SET a = _sjis x'815F', b = _cp932 x'815F' WHERE id = 402;
UPDATE t SET a = _sjis x'5C', b = _cp932 x'5C' WHERE id = 403;
UPDATE t SET a = _sjis x'7E', b = _cp932 x'7E' WHERE id = 404;
UPDATE t SET a = _sjis x'B1', b = _cp932 x'B1' WHERE id = 405;
UPDATE t SET a = _sjis x'8140', b = _cp932 x'8140' WHERE id = 406;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a, x.b = y.b WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a, b) VALUES (7, _sjis x'835C', _cp932 x'835C'), (-7, NULL, NULL) ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = _sjis x'835C', b = _cp932 x'835C' WHERE id = 601;
UPDATE t SET a = _sjis x'815F', b = _cp932 x'815F' WHERE id = 602;
UPDATE t SET a = _sjis x'5C', b = _cp932 x'5C' WHERE id = 603;
UPDATE t SET a = _sjis x'7E', b = _cp932 x'7E' WHERE id = 604;
UPDATE t SET a = _sjis x'B1', b = _cp932 x'B1' WHERE id = 605;
UPDATE t SET a = _sjis x'8140', b = _cp932 x'8140' WHERE id = 606;
INSERT INTO t (id, a, b) VALUES
  (3001, _sjis x'835C', _cp932 x'835C'),
  (3002, _sjis x'815F', _cp932 x'815F'),
  (3003, _sjis x'5C', _cp932 x'5C'),
  (3004, _sjis x'7E', _cp932 x'7E'),
  (3005, _sjis x'B1', _cp932 x'B1'),
  (3006, _sjis x'8140', _cp932 x'8140');
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a, b) VALUES
  (4001, _sjis x'835C', _cp932 x'835C'),
  (4002, _sjis x'815F', _cp932 x'815F'),
  (4003, _sjis x'5C', _cp932 x'5C'),
  (4004, _sjis x'7E', _cp932 x'7E'),
  (4005, _sjis x'B1', _cp932 x'B1'),
  (4006, _sjis x'8140', _cp932 x'8140'),
  (4007, _sjis x'', _cp932 x''),
  (4008, _sjis x'8E5C8E5C', _cp932 x'8E5C8E5C'),
  (4009, NULL, NULL);
UPDATE t SET a = _sjis x'835C', b = _cp932 x'835C' WHERE id = 701;
UPDATE t SET a = _sjis x'815F', b = _cp932 x'815F' WHERE id = 702;
UPDATE t SET a = _sjis x'5C', b = _cp932 x'5C' WHERE id = 703;
UPDATE t SET a = _sjis x'7E', b = _cp932 x'7E' WHERE id = 704;
UPDATE t SET a = _sjis x'B1', b = _cp932 x'B1' WHERE id = 705;
UPDATE t SET a = _sjis x'8140', b = _cp932 x'8140' WHERE id = 706;
UPDATE t SET a = _sjis x'', b = _cp932 x'' WHERE id = 707;
UPDATE t SET a = _sjis x'8E5C8E5C', b = _cp932 x'8E5C8E5C' WHERE id = 708;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
