-- at before-copy
INSERT INTO t (id, a, b, c) VALUES
  (2001, '文', 'é,ü', '😀'),
  (2002, NULL, '', '😀');
UPDATE t SET a = '文', b = 'é,ü', c = '😀' WHERE id = 11;
UPDATE t SET a = NULL, b = '', c = '😀' WHERE id = 12;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = '文', b = 'é,ü', c = '😀' WHERE id = 101;
UPDATE t SET a = NULL, b = '', c = '😀' WHERE id = 102;
UPDATE t SET a = '文', b = 'é,ü', c = '😀' WHERE id = 1101;
UPDATE t SET a = NULL, b = '', c = '😀' WHERE id = 1102;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a, b, c) VALUES
  (251, NULL, '', '😀');
REPLACE INTO t (id, a, b, c) VALUES
  (1251, '文', 'é,ü', '😀');
-- at copied
UPDATE t SET a = '文', b = 'é,ü', c = '😀' WHERE id = 401;
UPDATE t SET a = NULL, b = '', c = '😀' WHERE id = 402;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a, x.b = y.b, x.c = y.c WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a, b, c) VALUES (7, '文', 'é,ü', '😀'), (-7, NULL, '', '😀') ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = '文', b = 'é,ü', c = '😀' WHERE id = 601;
UPDATE t SET a = NULL, b = '', c = '😀' WHERE id = 602;
INSERT INTO t (id, a, b, c) VALUES
  (3001, '文', 'é,ü', '😀'),
  (3002, NULL, '', '😀');
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a, b, c) VALUES
  (4001, '文', 'é,ü', '😀'),
  (4002, NULL, '', '😀');
UPDATE t SET a = '文', b = 'é,ü', c = '😀' WHERE id = 701;
UPDATE t SET a = NULL, b = '', c = '😀' WHERE id = 702;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
