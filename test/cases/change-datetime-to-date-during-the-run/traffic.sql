-- at before-copy
UPDATE t SET a = NULL WHERE id % 3 = 0;
DELETE FROM t WHERE id % 50 = 49;
-- at copied
INSERT INTO t VALUES (2000, '2024-01-01 10:00:00');
