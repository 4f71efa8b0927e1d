-- at before-copy
UPDATE t SET v = 0 WHERE id > 3000;
DELETE FROM t WHERE id % 3 = 2;
-- at copied
INSERT INTO t VALUES (2147483648, 1);
