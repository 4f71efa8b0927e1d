-- at before-copy
UPDATE t SET a = a + 1000 WHERE a < 50;
DELETE FROM t WHERE a % 50 = 49;
INSERT INTO t (a, v) VALUES (900, 1);
