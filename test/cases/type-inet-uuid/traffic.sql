-- at before-copy
INSERT INTO t (id, a, b, c) VALUES
  (2001, '0.0.0.0', '::', '00000000-0000-0000-0000-000000000000'),
  (2002, '255.255.255.255', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
  (2003, '127.0.0.1', '::ffff:192.168.0.1', '123e4567-e89b-12d3-a456-426614174000'),
  (2004, NULL, '2001:db8::1', '123e4567-e89b-42d3-a456-426614174000'),
  (2005, '0.0.0.0', NULL, '017f22e2-79b0-7cc3-98c4-dc0c0c07398f'),
  (2006, '255.255.255.255', '::', NULL);
UPDATE t SET a = '0.0.0.0', b = '::', c = '00000000-0000-0000-0000-000000000000' WHERE id = 11;
UPDATE t SET a = '255.255.255.255', b = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', c = 'ffffffff-ffff-ffff-ffff-ffffffffffff' WHERE id = 12;
UPDATE t SET a = '127.0.0.1', b = '::ffff:192.168.0.1', c = '123e4567-e89b-12d3-a456-426614174000' WHERE id = 13;
UPDATE t SET a = NULL, b = '2001:db8::1', c = '123e4567-e89b-42d3-a456-426614174000' WHERE id = 14;
UPDATE t SET a = '0.0.0.0', b = NULL, c = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f' WHERE id = 15;
UPDATE t SET a = '255.255.255.255', b = '::', c = NULL WHERE id = 16;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = '0.0.0.0', b = '::', c = '00000000-0000-0000-0000-000000000000' WHERE id = 101;
UPDATE t SET a = '255.255.255.255', b = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', c = 'ffffffff-ffff-ffff-ffff-ffffffffffff' WHERE id = 102;
UPDATE t SET a = '127.0.0.1', b = '::ffff:192.168.0.1', c = '123e4567-e89b-12d3-a456-426614174000' WHERE id = 103;
UPDATE t SET a = NULL, b = '2001:db8::1', c = '123e4567-e89b-42d3-a456-426614174000' WHERE id = 104;
UPDATE t SET a = '0.0.0.0', b = NULL, c = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f' WHERE id = 105;
UPDATE t SET a = '255.255.255.255', b = '::', c = NULL WHERE id = 106;
UPDATE t SET a = '0.0.0.0', b = '::', c = '00000000-0000-0000-0000-000000000000' WHERE id = 1101;
UPDATE t SET a = '255.255.255.255', b = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', c = 'ffffffff-ffff-ffff-ffff-ffffffffffff' WHERE id = 1102;
UPDATE t SET a = '127.0.0.1', b = '::ffff:192.168.0.1', c = '123e4567-e89b-12d3-a456-426614174000' WHERE id = 1103;
UPDATE t SET a = NULL, b = '2001:db8::1', c = '123e4567-e89b-42d3-a456-426614174000' WHERE id = 1104;
UPDATE t SET a = '0.0.0.0', b = NULL, c = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f' WHERE id = 1105;
UPDATE t SET a = '255.255.255.255', b = '::', c = NULL WHERE id = 1106;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a, b, c) VALUES
  (251, '255.255.255.255', '::', NULL);
REPLACE INTO t (id, a, b, c) VALUES
  (1251, '0.0.0.0', '::', '00000000-0000-0000-0000-000000000000');
-- at copied
UPDATE t SET a = '0.0.0.0', b = '::', c = '00000000-0000-0000-0000-000000000000' WHERE id = 401;
UPDATE t SET a = '255.255.255.255', b = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', c = 'ffffffff-ffff-ffff-ffff-ffffffffffff' WHERE id = 402;
UPDATE t SET a = '127.0.0.1', b = '::ffff:192.168.0.1', c = '123e4567-e89b-12d3-a456-426614174000' WHERE id = 403;
UPDATE t SET a = NULL, b = '2001:db8::1', c = '123e4567-e89b-42d3-a456-426614174000' WHERE id = 404;
UPDATE t SET a = '0.0.0.0', b = NULL, c = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f' WHERE id = 405;
UPDATE t SET a = '255.255.255.255', b = '::', c = NULL WHERE id = 406;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a, x.b = y.b, x.c = y.c WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a, b, c) VALUES (7, '0.0.0.0', '::', '00000000-0000-0000-0000-000000000000'), (-7, '255.255.255.255', '::', NULL) ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = '0.0.0.0', b = '::', c = '00000000-0000-0000-0000-000000000000' WHERE id = 601;
UPDATE t SET a = '255.255.255.255', b = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', c = 'ffffffff-ffff-ffff-ffff-ffffffffffff' WHERE id = 602;
UPDATE t SET a = '127.0.0.1', b = '::ffff:192.168.0.1', c = '123e4567-e89b-12d3-a456-426614174000' WHERE id = 603;
UPDATE t SET a = NULL, b = '2001:db8::1', c = '123e4567-e89b-42d3-a456-426614174000' WHERE id = 604;
UPDATE t SET a = '0.0.0.0', b = NULL, c = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f' WHERE id = 605;
UPDATE t SET a = '255.255.255.255', b = '::', c = NULL WHERE id = 606;
INSERT INTO t (id, a, b, c) VALUES
  (3001, '0.0.0.0', '::', '00000000-0000-0000-0000-000000000000'),
  (3002, '255.255.255.255', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
  (3003, '127.0.0.1', '::ffff:192.168.0.1', '123e4567-e89b-12d3-a456-426614174000'),
  (3004, NULL, '2001:db8::1', '123e4567-e89b-42d3-a456-426614174000'),
  (3005, '0.0.0.0', NULL, '017f22e2-79b0-7cc3-98c4-dc0c0c07398f'),
  (3006, '255.255.255.255', '::', NULL);
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a, b, c) VALUES
  (4001, '0.0.0.0', '::', '00000000-0000-0000-0000-000000000000'),
  (4002, '255.255.255.255', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
  (4003, '127.0.0.1', '::ffff:192.168.0.1', '123e4567-e89b-12d3-a456-426614174000'),
  (4004, NULL, '2001:db8::1', '123e4567-e89b-42d3-a456-426614174000'),
  (4005, '0.0.0.0', NULL, '017f22e2-79b0-7cc3-98c4-dc0c0c07398f'),
  (4006, '255.255.255.255', '::', NULL);
UPDATE t SET a = '0.0.0.0', b = '::', c = '00000000-0000-0000-0000-000000000000' WHERE id = 701;
UPDATE t SET a = '255.255.255.255', b = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', c = 'ffffffff-ffff-ffff-ffff-ffffffffffff' WHERE id = 702;
UPDATE t SET a = '127.0.0.1', b = '::ffff:192.168.0.1', c = '123e4567-e89b-12d3-a456-426614174000' WHERE id = 703;
UPDATE t SET a = NULL, b = '2001:db8::1', c = '123e4567-e89b-42d3-a456-426614174000' WHERE id = 704;
UPDATE t SET a = '0.0.0.0', b = NULL, c = '017f22e2-79b0-7cc3-98c4-dc0c0c07398f' WHERE id = 705;
UPDATE t SET a = '255.255.255.255', b = '::', c = NULL WHERE id = 706;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
