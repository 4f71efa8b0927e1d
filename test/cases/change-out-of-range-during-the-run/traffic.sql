-- at before-copy
UPDATE t SET a = 0 WHERE id % 3 = 0;
DELETE FROM t WHERE id % 50 = 49;
-- at copying
UPDATE t SET a = 128 WHERE id = 7;
INSERT INTO t VALUES (2000, 127);
