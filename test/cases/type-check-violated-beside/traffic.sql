-- at before-copy
SET check_constraint_checks = 0;
UPDATE t SET a = -5 WHERE id IN (20, 1400);
-- at copying
INSERT INTO t VALUES (2000, -1);
UPDATE t SET a = a - 1 WHERE id IN (3, 1401);
DELETE FROM t WHERE id IN (1, 1450);
-- at before-cutover
UPDATE t SET a = 0 WHERE id = 30;
-- at live
UPDATE t SET a = 0 WHERE id = 31;
DELETE FROM t WHERE id = 2;
