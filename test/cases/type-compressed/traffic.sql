-- at before-copy
INSERT INTO t (id, a, b, c, d) VALUES
  (2001, REPEAT('é', 400), REPEAT('é', 4000), REPEAT(x'00', 5000), REPEAT(x'01', 500)),
  (2002, '', '', '', ''),
  (2003, NULL, NULL, NULL, NULL),
  (2004, 'x', REPEAT('é', 4000), REPEAT(x'00', 5000), REPEAT(x'01', 500));
UPDATE t SET a = REPEAT('é', 400), b = REPEAT('é', 4000), c = REPEAT(x'00', 5000), d = REPEAT(x'01', 500) WHERE id = 11;
UPDATE t SET a = '', b = '', c = '', d = '' WHERE id = 12;
UPDATE t SET a = NULL, b = NULL, c = NULL, d = NULL WHERE id = 13;
UPDATE t SET a = 'x', b = REPEAT('é', 4000), c = REPEAT(x'00', 5000), d = REPEAT(x'01', 500) WHERE id = 14;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = REPEAT('é', 400), b = REPEAT('é', 4000), c = REPEAT(x'00', 5000), d = REPEAT(x'01', 500) WHERE id = 101;
UPDATE t SET a = '', b = '', c = '', d = '' WHERE id = 102;
UPDATE t SET a = NULL, b = NULL, c = NULL, d = NULL WHERE id = 103;
UPDATE t SET a = 'x', b = REPEAT('é', 4000), c = REPEAT(x'00', 5000), d = REPEAT(x'01', 500) WHERE id = 104;
UPDATE t SET a = REPEAT('é', 400), b = REPEAT('é', 4000), c = REPEAT(x'00', 5000), d = REPEAT(x'01', 500) WHERE id = 1101;
UPDATE t SET a = '', b = '', c = '', d = '' WHERE id = 1102;
UPDATE t SET a = NULL, b = NULL, c = NULL, d = NULL WHERE id = 1103;
UPDATE t SET a = 'x', b = REPEAT('é', 4000), c = REPEAT(x'00', 5000), d = REPEAT(x'01', 500) WHERE id = 1104;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a, b, c, d) VALUES
  (251, 'x', REPEAT('é', 4000), REPEAT(x'00', 5000), REPEAT(x'01', 500));
REPLACE INTO t (id, a, b, c, d) VALUES
  (1251, REPEAT('é', 400), REPEAT('é', 4000), REPEAT(x'00', 5000), REPEAT(x'01', 500));
-- at copied
UPDATE t SET a = REPEAT('é', 400), b = REPEAT('é', 4000), c = REPEAT(x'00', 5000), d = REPEAT(x'01', 500) WHERE id = 401;
UPDATE t SET a = '', b = '', c = '', d = '' WHERE id = 402;
UPDATE t SET a = NULL, b = NULL, c = NULL, d = NULL WHERE id = 403;
UPDATE t SET a = 'x', b = REPEAT('é', 4000), c = REPEAT(x'00', 5000), d = REPEAT(x'01', 500) WHERE id = 404;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a, x.b = y.b, x.c = y.c, x.d = y.d WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a, b, c, d) VALUES (7, REPEAT('é', 400), REPEAT('é', 4000), REPEAT(x'00', 5000), REPEAT(x'01', 500)), (-7, 'x', REPEAT('é', 4000), REPEAT(x'00', 5000), REPEAT(x'01', 500)) ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = REPEAT('é', 400), b = REPEAT('é', 4000), c = REPEAT(x'00', 5000), d = REPEAT(x'01', 500) WHERE id = 601;
UPDATE t SET a = '', b = '', c = '', d = '' WHERE id = 602;
UPDATE t SET a = NULL, b = NULL, c = NULL, d = NULL WHERE id = 603;
UPDATE t SET a = 'x', b = REPEAT('é', 4000), c = REPEAT(x'00', 5000), d = REPEAT(x'01', 500) WHERE id = 604;
INSERT INTO t (id, a, b, c, d) VALUES
  (3001, REPEAT('é', 400), REPEAT('é', 4000), REPEAT(x'00', 5000), REPEAT(x'01', 500)),
  (3002, '', '', '', ''),
  (3003, NULL, NULL, NULL, NULL),
  (3004, 'x', REPEAT('é', 4000), REPEAT(x'00', 5000), REPEAT(x'01', 500));
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a, b, c, d) VALUES
  (4001, REPEAT('é', 400), REPEAT('é', 4000), REPEAT(x'00', 5000), REPEAT(x'01', 500)),
  (4002, '', '', '', ''),
  (4003, NULL, NULL, NULL, NULL),
  (4004, 'x', REPEAT('é', 4000), REPEAT(x'00', 5000), REPEAT(x'01', 500));
UPDATE t SET a = REPEAT('é', 400), b = REPEAT('é', 4000), c = REPEAT(x'00', 5000), d = REPEAT(x'01', 500) WHERE id = 701;
UPDATE t SET a = '', b = '', c = '', d = '' WHERE id = 702;
UPDATE t SET a = NULL, b = NULL, c = NULL, d = NULL WHERE id = 703;
UPDATE t SET a = 'x', b = REPEAT('é', 4000), c = REPEAT(x'00', 5000), d = REPEAT(x'01', 500) WHERE id = 704;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
