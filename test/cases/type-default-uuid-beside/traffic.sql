-- at before-copy
INSERT INTO t (id, a, u) VALUES
  (2001, 1, '123e4567-e89b-12d3-a456-426614174000'),
  (2002, NULL, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
UPDATE t SET a = 1, u = '123e4567-e89b-12d3-a456-426614174000' WHERE id = 11;
UPDATE t SET a = NULL, u = 'ffffffff-ffff-ffff-ffff-ffffffffffff' WHERE id = 12;
DELETE FROM t WHERE id BETWEEN 61 AND 70;
-- at copying
UPDATE t SET a = 1, u = '123e4567-e89b-12d3-a456-426614174000' WHERE id = 101;
UPDATE t SET a = NULL, u = 'ffffffff-ffff-ffff-ffff-ffffffffffff' WHERE id = 102;
UPDATE t SET a = 1, u = '123e4567-e89b-12d3-a456-426614174000' WHERE id = 1101;
UPDATE t SET a = NULL, u = 'ffffffff-ffff-ffff-ffff-ffffffffffff' WHERE id = 1102;
UPDATE t SET id = id + 5000 WHERE id IN (201, 202, 1201, 1202);
DELETE FROM t WHERE id IN (250, 1250, 2001);
REPLACE INTO t (id, a, u) VALUES
  (251, NULL, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
REPLACE INTO t (id, a, u) VALUES
  (1251, 1, '123e4567-e89b-12d3-a456-426614174000');
-- at copied
UPDATE t SET a = 1, u = '123e4567-e89b-12d3-a456-426614174000' WHERE id = 401;
UPDATE t SET a = NULL, u = 'ffffffff-ffff-ffff-ffff-ffffffffffff' WHERE id = 402;
UPDATE t SET a = a WHERE id < 100;
UPDATE t x JOIN t y ON y.id = x.id - 400 SET x.a = y.a, x.u = y.u WHERE x.id BETWEEN 501 AND 520;
INSERT INTO t (id, a, u) VALUES (7, 1, '123e4567-e89b-12d3-a456-426614174000'), (-7, NULL, 'ffffffff-ffff-ffff-ffff-ffffffffffff') ON DUPLICATE KEY UPDATE a = VALUES(a);
-- at before-cutover
UPDATE t SET a = 1, u = '123e4567-e89b-12d3-a456-426614174000' WHERE id = 601;
UPDATE t SET a = NULL, u = 'ffffffff-ffff-ffff-ffff-ffffffffffff' WHERE id = 602;
INSERT INTO t (id, a, u) VALUES
  (3001, 1, '123e4567-e89b-12d3-a456-426614174000'),
  (3002, NULL, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
DELETE FROM t WHERE id IN (2002, 1252);
UPDATE t SET id = -id WHERE id = 1300;
-- at live
INSERT INTO t (id, a, u) VALUES
  (4001, 1, '123e4567-e89b-12d3-a456-426614174000'),
  (4002, NULL, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
UPDATE t SET a = 1, u = '123e4567-e89b-12d3-a456-426614174000' WHERE id = 701;
UPDATE t SET a = NULL, u = 'ffffffff-ffff-ffff-ffff-ffffffffffff' WHERE id = 702;
DELETE FROM t WHERE id BETWEEN 801 AND 805;
UPDATE t SET id = id + 9000 WHERE id = 901;
