-- at before-copy
INSERT INTO t VALUES (0.1, 1);
UPDATE t SET v = 2;
DELETE FROM t WHERE v = 2;
