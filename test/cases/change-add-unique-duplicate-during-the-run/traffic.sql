-- at before-copy
UPDATE t SET a = a + 10000 WHERE id % 3 = 0;
DELETE FROM t WHERE id % 50 = 49;
-- at copied
INSERT INTO t VALUES (2000, 1400);
