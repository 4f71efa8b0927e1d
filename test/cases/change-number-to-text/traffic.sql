-- at before-copy
UPDATE t SET a = 0, b = -0.5, e = NULL WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, 0, 0, '00000000-0000-0000-0000-000000000000', '::', 0);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t VALUES (7, 1, 2, NULL, NULL, -128);
-- at before-cutover
UPDATE t SET d = '::ffff:10.0.0.1' WHERE id BETWEEN 500 AND 510;
-- at live
UPDATE t SET a = NULL;
DELETE FROM t WHERE id % 50 = 49;
