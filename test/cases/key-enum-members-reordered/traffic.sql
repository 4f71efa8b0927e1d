-- at before-copy
UPDATE t SET e = 'c' WHERE v % 10 = 0;
-- at copying
DELETE FROM t WHERE e = 'a' AND n < 300;
INSERT INTO t VALUES ('a', 3, 1), ('b', 9000, 2);
-- at copied
REPLACE INTO t VALUES ('b', 9000, 3);
-- at before-cutover
UPDATE t SET e = 'a' WHERE e = 'b' AND n > 1400 AND n < 1450;
