-- at before-copy
INSERT INTO t (id, a, b) VALUES
  (2001, 'it''s', 'it''s,\\'),
  (2002, 'a,b', ''),
  (2003, '\\', '",ж'),
  (2004, '"', NULL),
  (2005, '(', 'it''s,\\'),
  (2006, ' x', ''),
  (2007, 'ж', '",ж'),
  (2008, '😀', NULL),
  (2009, 'NULL', 'it''s,\\'),
  (2010, NULL, ''),
  (2011, '', '",ж');
UPDATE t SET a = 'it''s', b = 'it''s,\\' WHERE id = 11;
UPDATE t SET a = 'a,b', b = '' WHERE id = 12;
UPDATE t SET a = '\\', b = '",ж' WHERE id = 13;
UPDATE t SET a = '"', b = NULL WHERE id = 14;
UPDATE t SET a = '(', b = 'it''s,\\' WHERE id = 15;
UPDATE t SET a = ' x', b = '' WHERE id = 16;
UPDATE t SET a = 'ж', b = '",ж' WHERE id = 17;
UPDATE t SET a = '😀', b = NULL WHERE id = 18;
UPDATE t SET a = 'NULL', b = 'it''s,\\' WHERE id = 19;
UPDATE t SET a = NULL, b = '' WHERE id = 20;
UPDATE t SET a = '', b = '",ж' WHERE id = 21;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = 'it''s', b = 'it''s,\\' WHERE id = 101;
UPDATE t SET a = 'a,b', b = '' WHERE id = 102;
UPDATE t SET a = '\\', b = '",ж' WHERE id = 103;
UPDATE t SET a = '"', b = NULL WHERE id = 104;
UPDATE t SET a = '(', b = 'it''s,\\' WHERE id = 105;
UPDATE t SET a = ' x', b = '' WHERE id = 106;
UPDATE t SET a = 'ж', b = '",ж' WHERE id = 107;
UPDATE t SET a = '😀', b = NULL WHERE id = 108;
UPDATE t SET a = 'NULL', b = 'it''s,\\' WHERE id = 109;
UPDATE t SET a = NULL, b = '' WHERE id = 110;
UPDATE t SET a = '', b = '",ж' WHERE id = 111;
UPDATE t SET a = 'it''s', b = 'it''s,\\' WHERE id = 1101;
UPDATE t SET a = 'a,b', b = '' WHERE id = 1102;
UPDATE t SET a = '\\', b = '",ж' WHERE id = 1103;
UPDATE t SET a = '"', b = NULL WHERE id = 1104;
UPDATE t SET a = '(', b = 'it''s,\\' WHERE id = 1105;
UPDATE t SET a = ' x', b = '' WHERE id = 1106;
UPDATE t SET a = 'ж', b = '",ж' WHERE id = 1107;
UPDATE t SET a = '😀', b = NULL WHERE id = 1108;
UPDATE t SET a = 'NULL', b = 'it''s,\\' WHERE id = 1109;
UPDATE t SET a = NULL, b = '' WHERE id = 1110;
UPDATE t SET a = '', b = '",ж' WHERE id = 1111;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a, b) VALUES
  (251, '', '",ж');
REPLACE INTO t (id, a, b) VALUES
  (1251, 'it''s', 'it''s,\\');
-- at copied
UPDATE t SET a = 'it''s', b = 'it''s,\\' WHERE id = 401;
UPDATE t SET a = 'a,b', b = '' WHERE id = 402;
UPDATE t SET a = '\\', b = '",ж' WHERE id = 403;
UPDATE t SET a = '"', b = NULL WHERE id = 404;
UPDATE t SET a = '(', b = 'it''s,\\' WHERE id = 405;
UPDATE t SET a = ' x', b = '' WHERE id = 406;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a, x.b = y.b WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a, b) VALUES (7, 'it''s', 'it''s,\\'), (-7, '', '",ж') ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = 'it''s', b = 'it''s,\\' WHERE id = 601;
UPDATE t SET a = 'a,b', b = '' WHERE id = 602;
UPDATE t SET a = '\\', b = '",ж' WHERE id = 603;
UPDATE t SET a = '"', b = NULL WHERE id = 604;
UPDATE t SET a = '(', b = 'it''s,\\' WHERE id = 605;
UPDATE t SET a = ' x', b = '' WHERE id = 606;
INSERT INTO t (id, a, b) VALUES
  (3001, 'it''s', 'it''s,\\'),
  (3002, 'a,b', ''),
  (3003, '\\', '",ж'),
  (3004, '"', NULL),
  (3005, '(', 'it''s,\\'),
  (3006, ' x', '');
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a, b) VALUES
  (4001, 'it''s', 'it''s,\\'),
  (4002, 'a,b', ''),
  (4003, '\\', '",ж'),
  (4004, '"', NULL),
  (4005, '(', 'it''s,\\'),
  (4006, ' x', ''),
  (4007, 'ж', '",ж'),
  (4008, '😀', NULL),
  (4009, 'NULL', 'it''s,\\'),
  (4010, NULL, ''),
  (4011, '', '",ж');
UPDATE t SET a = 'it''s', b = 'it''s,\\' WHERE id = 701;
UPDATE t SET a = 'a,b', b = '' WHERE id = 702;
UPDATE t SET a = '\\', b = '",ж' WHERE id = 703;
UPDATE t SET a = '"', b = NULL WHERE id = 704;
UPDATE t SET a = '(', b = 'it''s,\\' WHERE id = 705;
UPDATE t SET a = ' x', b = '' WHERE id = 706;
UPDATE t SET a = 'ж', b = '",ж' WHERE id = 707;
UPDATE t SET a = '😀', b = NULL WHERE id = 708;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
