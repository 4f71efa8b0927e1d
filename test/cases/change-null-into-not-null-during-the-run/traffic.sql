-- at before-copy
UPDATE t SET a = 0 WHERE id % 3 = 0;
-- at copying
UPDATE t SET a = NULL WHERE id = 5;
INSERT INTO t VALUES (2000, 1);
DELETE FROM t WHERE id = 6;
