-- at before-copy
UPDATE t SET b = UPPER(b) WHERE a < 10;
-- at copying
UPDATE t SET a = a + 50 WHERE v % 7 = 0;
DELETE FROM t WHERE b LIKE 'b19%';
INSERT INTO t VALUES (0, 'B1900', 1), (49, 'b2', 2);
-- at copied
REPLACE INTO t VALUES (0, 'b1900', 3), (1, 'b1', 4);
-- at before-cutover
UPDATE t SET b = CONCAT(b, '!') WHERE v BETWEEN 500 AND 520;
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE a % 50 = 49;
