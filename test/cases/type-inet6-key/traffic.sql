-- at before-copy
INSERT INTO t (k, v) VALUES ('::ffff:192.168.0.1', 200000), ('2002::', 200001);
UPDATE t SET v = v + 500000 WHERE v BETWEEN 21 AND 30;
-- at copying
UPDATE t SET v = -v WHERE v IN (10, 1490, 100000, 200000);
DELETE FROM t WHERE v >= 100000 AND v < 500000 OR v <= -100000;
UPDATE t SET k = '::' WHERE v = 301;
UPDATE t SET k = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' WHERE v = 302;
UPDATE t SET k = '::ffff:192.168.0.1' WHERE v = 1301;
UPDATE t SET k = '2002::' WHERE v = 1302;
DELETE FROM t WHERE v BETWEEN 401 AND 410 OR v BETWEEN 1401 AND 1410;
-- at copied
DELETE FROM t WHERE v = 301;
INSERT INTO t (k, v) VALUES ('::', 600001);
REPLACE INTO t (k, v) VALUES ('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 600002), ('::ffff:192.168.0.1', 600003);
INSERT INTO t (k, v) VALUES ('2002::', 600005) ON DUPLICATE KEY UPDATE v = v + 700000;
-- at before-cutover
DELETE FROM t WHERE v BETWEEN 1301 AND 1350 OR v >= 600000;
UPDATE t SET k = '2002::' WHERE v = 50;
UPDATE t SET k = '::', v = 51 WHERE v = 51;
-- at live
UPDATE t SET v = v + 1 WHERE v = 50;
UPDATE t SET k = 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff' WHERE v IN (60, 302) ORDER BY v DESC LIMIT 1;
DELETE FROM t WHERE k = '::';
REPLACE INTO t (k, v) VALUES ('::', 1), ('2002::', 2);
INSERT INTO t (k, v) VALUES ('::ffff:192.168.0.1', 3) ON DUPLICATE KEY UPDATE v = 4;
