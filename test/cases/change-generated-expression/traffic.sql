-- at before-copy
UPDATE t SET a = -a WHERE id % 3 = 0;
-- at copying
INSERT INTO t (id, a) VALUES (2000, 1);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t (id, a) VALUES (7, NULL);
-- at before-cutover
UPDATE t SET id = id + 5000 WHERE s BETWEEN 1000 AND 1020;
-- at live
UPDATE t SET a = 1 WHERE a % 50 = 48;
DELETE FROM t WHERE id % 50 = 49;
