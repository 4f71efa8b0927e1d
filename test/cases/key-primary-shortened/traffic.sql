-- at before-copy
UPDATE t SET b = 8 WHERE a < 50;
INSERT INTO t (a, b, v) VALUES (100400, 100001, 400);
DELETE FROM t WHERE a % 50 = 49;
