-- at before-copy
UPDATE t SET id = 0 WHERE v BETWEEN 100 AND 110;
-- at copying
UPDATE t SET v = v + 1 WHERE id = 0;
DELETE FROM t WHERE id = 2000;
INSERT INTO t VALUES ('00', 9, 9), (0, 10, 10), (2155, 11, 11);
-- at copied
UPDATE t SET id = 1901 WHERE id = 0 AND n < 105;
REPLACE INTO t VALUES (2155, 11, 12);
-- at before-cutover
DELETE FROM t WHERE id = 0 AND n = 10;
UPDATE t SET id = 0 WHERE id = 2155 AND n = 11;
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE n % 50 = 49;
