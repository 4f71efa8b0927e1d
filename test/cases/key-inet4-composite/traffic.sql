-- at before-copy
UPDATE t SET ip = '0.0.0.0' WHERE v < 40;
-- at copying
INSERT INTO t VALUES ('255.255.255.255', 0, 1), ('255.255.255.0', 0, 2);
DELETE FROM t WHERE ip = '10.1.0.7';
-- at copied
UPDATE t SET port = 0 WHERE v = 1000;
REPLACE INTO t VALUES ('255.255.255.255', 0, 3);
-- at before-cutover
UPDATE t SET ip = '192.168.0.0' WHERE ip = '0.0.0.0' AND v < 20;
DELETE FROM t WHERE ip = '255.255.255.0';
-- at live
DELETE FROM t WHERE port % 50 = 49;
