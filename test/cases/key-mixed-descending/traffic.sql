-- at before-copy
UPDATE t SET b = UPPER(b) WHERE a = 39;
-- at copying
DELETE FROM t WHERE a = 20;
UPDATE t SET a = 41 WHERE a = 0;
INSERT INTO t VALUES (20, 'b20', 1), (20, 'C', 2);
-- at copied
UPDATE t SET v = -1 WHERE a = 5;
REPLACE INTO t VALUES (41, 'B40', 3);
-- at before-cutover
UPDATE t SET a = -a WHERE a = 7;
DELETE FROM t WHERE a = 41 AND v % 3 = 0;
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE a % 10 = 9;
