-- at before-copy
UPDATE t SET v = 1 WHERE a < 50;
INSERT INTO t (a, v) VALUES (300, 300);
DELETE FROM t WHERE a % 50 = 49;
