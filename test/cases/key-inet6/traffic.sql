-- at before-copy
UPDATE t SET ip = CONCAT('2001:db8:1::', HEX(v)) WHERE v % 10 = 0;
-- at copying
DELETE FROM t WHERE ip = '::';
INSERT INTO t VALUES ('::1', 1), ('::1:0:0', 2), ('fe00::', 3);
-- at copied
UPDATE t SET v = 100 WHERE ip = '::ffff:192.0.2.1';
REPLACE INTO t VALUES ('::', 4), ('2001:db8::3', 5);
-- at before-cutover
UPDATE t SET ip = 'ffff::1' WHERE ip = 'ffff::';
DELETE FROM t WHERE ip = 'fe00::';
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE v % 50 = 49;
