-- at before-copy
UPDATE t SET v = 1 WHERE a < 50;
INSERT INTO t (a, d, v) VALUES (100300, 100300, 300);
DELETE FROM t WHERE a % 50 = 49;
