-- at before-copy
UPDATE t SET v = 0 WHERE id % 3 = 0;
-- at copied
INSERT INTO t VALUES (2000, 1);
