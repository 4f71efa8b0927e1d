-- at before-copy
INSERT INTO t (k, v) VALUES (_sjis x'5C', 200000), (_sjis x'B1', 200001);
UPDATE t SET v = v + 500000 WHERE v BETWEEN 21 AND 30;
-- at copying
UPDATE t SET v = -v WHERE v IN (10, 1490, 100000, 200000);
DELETE FROM t WHERE v >= 100000 AND v < 500000 OR v <= -100000;
UPDATE t SET k = _sjis x'835C' WHERE v = 301;
UPDATE t SET k = _sjis x'815F' WHERE v = 302;
UPDATE t SET k = _sjis x'5C' WHERE v = 1301;
UPDATE t SET k = _sjis x'B1' WHERE v = 1302;
DELETE FROM t WHERE v BETWEEN 401 AND 410 OR v BETWEEN 1401 AND 1410;
-- at copied
DELETE FROM t WHERE v = 301;
INSERT INTO t (k, v) VALUES (_sjis x'835C', 600001);
REPLACE INTO t (k, v) VALUES (_sjis x'815F', 600002), (_sjis x'5C', 600003);
INSERT INTO t (k, v) VALUES (_sjis x'B1', 600005) ON DUPLICATE KEY UPDATE v = v + 700000;
-- at before-cutover
DELETE FROM t WHERE v BETWEEN 1301 AND 1350 OR v >= 600000;
UPDATE t SET k = _sjis x'B1' WHERE v = 50;
UPDATE t SET k = _sjis x'835C', v = 51 WHERE v = 51;
-- at live
UPDATE t SET v = v + 1 WHERE v = 50;
UPDATE t SET k = _sjis x'815F' WHERE v IN (60, 302) ORDER BY v DESC LIMIT 1;
DELETE FROM t WHERE k = _sjis x'835C';
REPLACE INTO t (k, v) VALUES (_sjis x'835C', 1), (_sjis x'B1', 2);
INSERT INTO t (k, v) VALUES (_sjis x'5C', 3) ON DUPLICATE KEY UPDATE v = 4;
