-- at before-copy
UPDATE t SET a = NULL WHERE id % 3 = 0;
-- at copied
INSERT INTO t VALUES (2000, '2024-01-01 10:00:00');
