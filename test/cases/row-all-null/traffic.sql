-- at before-copy
UPDATE t SET a = 1 WHERE id < 10;
-- at copying
UPDATE t SET a = NULL, b = '' WHERE id IN (5, 1400);
INSERT INTO t (id) VALUES (2000);
DELETE FROM t WHERE id IN (6, 1401);
-- at before-cutover
UPDATE t SET b = NULL WHERE id = 1400;
-- at live
INSERT INTO t (id) VALUES (2001);
UPDATE t SET z = 1 WHERE id = 1;
DELETE FROM t WHERE id = 2;
