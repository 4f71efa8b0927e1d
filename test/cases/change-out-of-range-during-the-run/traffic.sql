-- at before-copy
UPDATE t SET a = 0 WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, 128);
