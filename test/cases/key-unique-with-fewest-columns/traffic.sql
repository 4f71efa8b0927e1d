-- at before-copy
UPDATE t SET d = d + INTERVAL 1 SECOND WHERE v % 9 = 0;
-- at copying
UPDATE t SET b = b + 5000, c = NULL WHERE v BETWEEN 400 AND 450;
INSERT INTO t VALUES (1, 1, NULL, '2020-02-02 00:01:01', 1), (1, 9999, 9999, '2030-01-01', 2);
-- at copied
REPLACE INTO t VALUES (2, 20, 30, '2020-02-02 00:20:00', 3);
DELETE FROM t WHERE c = 100;
-- at before-cutover
UPDATE t SET c = 8 WHERE b = 8;
UPDATE t SET b = -b WHERE b BETWEEN 50 AND 60;
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE a % 10 = 9;
