-- at before-copy
UPDATE t SET v = 0 WHERE v % 4 = 0;
INSERT INTO t (id, n, v) VALUES ('2024-02-29 00:00:00', 100001, 1);
DELETE FROM t WHERE n % 3 = 2;
