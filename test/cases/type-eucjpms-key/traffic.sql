-- at before-copy
INSERT INTO t (k, v) VALUES (_eucjpms x'', 200000), (_eucjpms x'8EB1', 200001);
UPDATE t SET v = v + 500000 WHERE v BETWEEN 21 AND 30;
-- at copying
UPDATE t SET v = -v WHERE v IN (10, 1490, 100000, 200000);
DELETE FROM t WHERE v >= 100000 AND v < 500000 OR v <= -100000;
UPDATE t SET k = _eucjpms x'A4A2' WHERE v = 301;
UPDATE t SET k = _eucjpms x'B0A1' WHERE v = 302;
UPDATE t SET k = _eucjpms x'' WHERE v = 1301;
UPDATE t SET k = _eucjpms x'8EB1' WHERE v = 1302;
DELETE FROM t WHERE v BETWEEN 401 AND 410 OR v BETWEEN 1401 AND 1410;
-- at copied
DELETE FROM t WHERE v = 301;
INSERT INTO t (k, v) VALUES (_eucjpms x'A4A2', 600001);
REPLACE INTO t (k, v) VALUES (_eucjpms x'B0A1', 600002), (_eucjpms x'', 600003);
INSERT INTO t (k, v) VALUES (_eucjpms x'8EB1', 600005) ON DUPLICATE KEY UPDATE v = v + 700000;
-- at before-cutover
DELETE FROM t WHERE v BETWEEN 1301 AND 1350 OR v >= 600000;
UPDATE t SET k = _eucjpms x'8EB1' WHERE v = 50;
UPDATE t SET k = _eucjpms x'A4A2', v = 51 WHERE v = 51;
-- at live
UPDATE t SET v = v + 1 WHERE v = 50;
UPDATE t SET k = _eucjpms x'B0A1' WHERE v IN (60, 302) ORDER BY v DESC LIMIT 1;
DELETE FROM t WHERE k = _eucjpms x'A4A2';
REPLACE INTO t (k, v) VALUES (_eucjpms x'A4A2', 1), (_eucjpms x'8EB1', 2);
INSERT INTO t (k, v) VALUES (_eucjpms x'', 3) ON DUPLICATE KEY UPDATE v = 4;
