-- at before-copy
UPDATE t SET a = -a WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, 1, 1);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
UPDATE t SET b = NULL WHERE id % 10 = 1;
-- at copied
REPLACE INTO t VALUES (5, 5, NULL), (1400, NULL, NULL);
-- at before-cutover
UPDATE t SET id = -1, a = 8 WHERE id = 2000;
-- at live
UPDATE t SET a = 1 WHERE a % 50 = 48;
DELETE FROM t WHERE id % 50 = 49;
