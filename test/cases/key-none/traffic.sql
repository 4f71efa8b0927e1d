-- at before-copy
INSERT INTO t VALUES (1, 1), (1, 1);
DELETE FROM t WHERE a = 7;
UPDATE t SET v = 1 WHERE v % 50 = 48;
