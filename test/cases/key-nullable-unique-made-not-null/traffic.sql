-- at before-copy
UPDATE t SET v = 1 WHERE a < 50;
INSERT INTO t (a, v) VALUES (100400, 400);
DELETE FROM t WHERE a % 50 = 49;
