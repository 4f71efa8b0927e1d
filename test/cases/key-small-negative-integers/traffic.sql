-- at before-copy
UPDATE t SET a = -a WHERE a BETWEEN 1 AND 20;
-- at copying
DELETE FROM t WHERE a = -128;
UPDATE t SET b = -b WHERE b > -8388608 AND v % 11 = 0;
INSERT INTO t VALUES (-128, -8388608, 0, 1), (127, 8388607, 65535, 2);
-- at copied
UPDATE t SET c = 0 WHERE v = 1000;
REPLACE INTO t VALUES (127, 8388607, 65535, 3);
-- at before-cutover
UPDATE t SET a = 0, b = 0, c = c - 1 WHERE v = 500;
DELETE FROM t WHERE v = 501;
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE a % 50 = 49;
