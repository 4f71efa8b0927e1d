-- at before-copy
START TRANSACTION;
UPDATE t SET a = 'eleven char' WHERE id % 3 = 0;
INSERT INTO t VALUES (2000, 'much too long');
UPDATE t SET a = 'short' WHERE id % 3 = 0;
DELETE FROM t WHERE id = 2000;
COMMIT;
-- at copying
START TRANSACTION;
UPDATE t SET a = 'eleven char' WHERE id > 1400;
DELETE FROM t WHERE id > 1450;
UPDATE t SET a = REPEAT('x', 10) WHERE id > 1400;
COMMIT;
-- at before-cutover
START TRANSACTION;
INSERT INTO t VALUES (3000, 'much too long');
ROLLBACK;
-- at live
UPDATE t SET a = NULL;
DELETE FROM t WHERE id % 50 = 49;
