-- at before-copy
INSERT INTO t (k, v) VALUES (_latin1 x'', 200000), (_latin1 x'9D', 200001);
UPDATE t SET v = v + 500000 WHERE v BETWEEN 21 AND 30;
-- at copying
UPDATE t SET v = -v WHERE v IN (10, 1490, 100000, 200000);
DELETE FROM t WHERE v >= 100000 AND v < 500000 OR v <= -100000;
UPDATE t SET k = _latin1 x'81' WHERE v = 301;
UPDATE t SET k = _latin1 x'FF' WHERE v = 302;
UPDATE t SET k = _latin1 x'' WHERE v = 1301;
UPDATE t SET k = _latin1 x'9D' WHERE v = 1302;
DELETE FROM t WHERE v BETWEEN 401 AND 410 OR v BETWEEN 1401 AND 1410;
-- at copied
DELETE FROM t WHERE v = 301;
INSERT INTO t (k, v) VALUES (_latin1 x'81', 600001);
REPLACE INTO t (k, v) VALUES (_latin1 x'FF', 600002), (_latin1 x'', 600003);
INSERT INTO t (k, v) VALUES (_latin1 x'9D', 600005) ON DUPLICATE KEY UPDATE v = v + 700000;
-- at before-cutover
DELETE FROM t WHERE v BETWEEN 1301 AND 1350 OR v >= 600000;
UPDATE t SET k = _latin1 x'9D' WHERE v = 50;
UPDATE t SET k = _latin1 x'81', v = 51 WHERE v = 51;
-- at live
UPDATE t SET v = v + 1 WHERE v = 50;
UPDATE t SET k = _latin1 x'FF' WHERE v IN (60, 302) ORDER BY v DESC LIMIT 1;
DELETE FROM t WHERE k = _latin1 x'81';
REPLACE INTO t (k, v) VALUES (_latin1 x'81', 1), (_latin1 x'9D', 2);
INSERT INTO t (k, v) VALUES (_latin1 x'', 3) ON DUPLICATE KEY UPDATE v = 4;
