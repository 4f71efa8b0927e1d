-- at before-copy
UPDATE t SET b = b + 1 WHERE v % 10 = 0;
-- at copying
DELETE FROM t WHERE b < 200;
INSERT INTO t VALUES (0, 1), (1048575, 2);
-- at copied
REPLACE INTO t VALUES (1048575, 3);
-- at before-cutover
UPDATE t SET b = 1048574 WHERE b = 0;
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE b % 50 = 49;
