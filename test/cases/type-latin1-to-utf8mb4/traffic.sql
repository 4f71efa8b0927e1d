-- at before-copy
INSERT INTO t (id, a, b) VALUES
  (2001, _latin1 x'81', _latin1 x'81'),
  (2002, _latin1 x'8D', _latin1 x'8D'),
  (2003, _latin1 x'8F', _latin1 x'8F'),
  (2004, _latin1 x'90', _latin1 x'90'),
  (2005, _latin1 x'9D', _latin1 x'9D'),
  (2006, _latin1 x'80', _latin1 x'80'),
  (2007, _latin1 x'A0', _latin1 x'A0'),
  (2008, _latin1 x'FF', _latin1 x'FF'),
  (2009, _latin1 x'00', _latin1 x'00'),
  (2010, _latin1 x'20', _latin1 x'20'),
  (2011, _latin1 x'', _latin1 x''),
  (2012, NULL, NULL);
UPDATE t SET a = _latin1 x'81', b = _latin1 x'81' WHERE id = 11;
UPDATE t SET a = _latin1 x'8D', b = _latin1 x'8D' WHERE id = 12;
UPDATE t SET a = _latin1 x'8F', b = _latin1 x'8F' WHERE id = 13;
UPDATE t SET a = _latin1 x'90', b = _latin1 x'90' WHERE id = 14;
UPDATE t SET a = _latin1 x'9D', b = _latin1 x'9D' WHERE id = 15;
UPDATE t SET a = _latin1 x'80', b = _latin1 x'80' WHERE id = 16;
UPDATE t SET a = _latin1 x'A0', b = _latin1 x'A0' WHERE id = 17;
UPDATE t SET a = _latin1 x'FF', b = _latin1 x'FF' WHERE id = 18;
UPDATE t SET a = _latin1 x'00', b = _latin1 x'00' WHERE id = 19;
UPDATE t SET a = _latin1 x'20', b = _latin1 x'20' WHERE id = 20;
UPDATE t SET a = _latin1 x'', b = _latin1 x'' WHERE id = 21;
UPDATE t SET a = NULL, b = NULL WHERE id = 22;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = _latin1 x'81', b = _latin1 x'81' WHERE id = 101;
UPDATE t SET a = _latin1 x'8D', b = _latin1 x'8D' WHERE id = 102;
UPDATE t SET a = _latin1 x'8F', b = _latin1 x'8F' WHERE id = 103;
UPDATE t SET a = _latin1 x'90', b = _latin1 x'90' WHERE id = 104;
UPDATE t SET a = _latin1 x'9D', b = _latin1 x'9D' WHERE id = 105;
UPDATE t SET a = _latin1 x'80', b = _latin1 x'80' WHERE id = 106;
UPDATE t SET a = _latin1 x'A0', b = _latin1 x'A0' WHERE id = 107;
UPDATE t SET a = _latin1 x'FF', b = _latin1 x'FF' WHERE id = 108;
UPDATE t SET a = _latin1 x'00', b = _latin1 x'00' WHERE id = 109;
UPDATE t SET a = _latin1 x'20', b = _latin1 x'20' WHERE id = 110;
UPDATE t SET a = _latin1 x'', b = _latin1 x'' WHERE id = 111;
UPDATE t SET a = NULL, b = NULL WHERE id = 112;
UPDATE t SET a = _latin1 x'81', b = _latin1 x'81' WHERE id = 1101;
UPDATE t SET a = _latin1 x'8D', b = _latin1 x'8D' WHERE id = 1102;
UPDATE t SET a = _latin1 x'8F', b = _latin1 x'8F' WHERE id = 1103;
UPDATE t SET a = _latin1 x'90', b = _latin1 x'90' WHERE id = 1104;
UPDATE t SET a = _latin1 x'9D', b = _latin1 x'9D' WHERE id = 1105;
UPDATE t SET a = _latin1 x'80', b = _latin1 x'80' WHERE id = 1106;
UPDATE t SET a = _latin1 x'A0', b = _latin1 x'A0' WHERE id = 1107;
UPDATE t SET a = _latin1 x'FF', b = _latin1 x'FF' WHERE id = 1108;
UPDATE t SET a = _latin1 x'00', b = _latin1 x'00' WHERE id = 1109;
UPDATE t SET a = _latin1 x'20', b = _latin1 x'20' WHERE id = 1110;
UPDATE t SET a = _latin1 x'', b = _latin1 x'' WHERE id = 1111;
UPDATE t SET a = NULL, b = NULL WHERE id = 1112;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a, b) VALUES
  (251, NULL, NULL);
REPLACE INTO t (id, a, b) VALUES
  (1251, _latin1 x'81', _latin1 x'81');
-- at copied
UPDATE t SET a = _latin1 x'81', b = _latin1 x'81' WHERE id = 401;
UPDATE t SET a = _latin1 x'8D', b = _latin1 x'8D' WHERE id = 402;
UPDATE t SET a = _latin1 x'8F', b = _latin1 x'8F' WHERE id = 403;
UPDATE t SET a = _latin1 x'90', b = _latin1 x'90' WHERE id = 404;
UPDATE t SET a = _latin1 x'9D', b = _latin1 x'9D' WHERE id = 405;
UPDATE t SET a = _latin1 x'80', b = _latin1 x'80' WHERE id = 406;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a, x.b = y.b WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a, b) VALUES (7, _latin1 x'81', _latin1 x'81'), (-7, NULL, NULL) ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = _latin1 x'81', b = _latin1 x'81' WHERE id = 601;
UPDATE t SET a = _latin1 x'8D', b = _latin1 x'8D' WHERE id = 602;
UPDATE t SET a = _latin1 x'8F', b = _latin1 x'8F' WHERE id = 603;
UPDATE t SET a = _latin1 x'90', b = _latin1 x'90' WHERE id = 604;
UPDATE t SET a = _latin1 x'9D', b = _latin1 x'9D' WHERE id = 605;
UPDATE t SET a = _latin1 x'80', b = _latin1 x'80' WHERE id = 606;
INSERT INTO t (id, a, b) VALUES
  (3001, _latin1 x'81', _latin1 x'81'),
  (3002, _latin1 x'8D', _latin1 x'8D'),
  (3003, _latin1 x'8F', _latin1 x'8F'),
  (3004, _latin1 x'90', _latin1 x'90'),
  (3005, _latin1 x'9D', _latin1 x'9D'),
  (3006, _latin1 x'80', _latin1 x'80');
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a, b) VALUES
  (4001, '😀', _latin1 x'81'),
  (4002, '', _latin1 x'8D'),
  (4003, '😀', _latin1 x'8F'),
  (4004, '', _latin1 x'90'),
  (4005, '😀', _latin1 x'9D'),
  (4006, '', _latin1 x'80'),
  (4007, '😀', _latin1 x'A0'),
  (4008, '', _latin1 x'FF'),
  (4009, '😀', _latin1 x'00'),
  (4010, '', _latin1 x'20'),
  (4011, '😀', _latin1 x''),
  (4012, '', NULL);
UPDATE t SET a = '😀', b = _latin1 x'81' WHERE id = 701;
UPDATE t SET a = '', b = _latin1 x'8D' WHERE id = 702;
UPDATE t SET a = '😀', b = _latin1 x'8F' WHERE id = 703;
UPDATE t SET a = '', b = _latin1 x'90' WHERE id = 704;
UPDATE t SET a = '😀', b = _latin1 x'9D' WHERE id = 705;
UPDATE t SET a = '', b = _latin1 x'80' WHERE id = 706;
UPDATE t SET a = '😀', b = _latin1 x'A0' WHERE id = 707;
UPDATE t SET a = '', b = _latin1 x'FF' WHERE id = 708;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
