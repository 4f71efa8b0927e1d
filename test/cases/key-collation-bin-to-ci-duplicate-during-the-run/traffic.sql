-- at before-copy
UPDATE t SET v = 0 WHERE v % 3 = 0;
DELETE FROM t WHERE v % 50 = 49;
-- at copied
INSERT INTO t VALUES ('KEY-700', 1);
