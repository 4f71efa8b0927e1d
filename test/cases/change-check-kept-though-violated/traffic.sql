-- at before-copy
SET check_constraint_checks = 0;
UPDATE t SET b = 0 WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, -1, 1);
DELETE FROM t WHERE id BETWEEN 101 AND 120;
-- at copied
UPDATE t SET a = -7 WHERE id = 7;
-- at before-cutover
REPLACE INTO t VALUES (8, -8, 8);
