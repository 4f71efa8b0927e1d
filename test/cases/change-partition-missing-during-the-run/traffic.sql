-- at before-copy
UPDATE t SET v = 0 WHERE id % 3 = 0;
DELETE FROM t WHERE id % 50 = 49;
-- at copied
INSERT INTO t VALUES (2000, 1);
