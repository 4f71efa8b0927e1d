-- at before-copy
UPDATE t SET b = 0 WHERE id % 3 = 0 AND a > 0;
INSERT INTO t (id, a, b) VALUES (101500, -1500, 1500);
DELETE FROM t WHERE id % 50 = 49;
