-- at before-copy
UPDATE t SET v = -v WHERE a = 3;
DELETE FROM t WHERE a = 5 AND c > '2023-01-01';
-- at copying
UPDATE t SET a = a + 100 WHERE b = 'b7';
UPDATE t SET b = UPPER(b) WHERE a = 2;
INSERT INTO t VALUES (0, 'new', '1999-12-31', 1), (900, 'new', '1999-12-31', 2) ON DUPLICATE KEY UPDATE v = 9;
-- at copied
UPDATE t SET c = c + INTERVAL 20 YEAR WHERE a = 1;
REPLACE INTO t SELECT a, b, c, v * 2 FROM t WHERE b = 'b11';
-- at before-cutover
DELETE FROM t WHERE a > 100 AND v % 2 = 0;
INSERT INTO t VALUES (0, 'NEW', '1999-12-31', 3) ON DUPLICATE KEY UPDATE v = v + VALUES(v), b = VALUES(b);
-- at live
DELETE FROM t WHERE a % 3 = 2;
