-- at before-copy
UPDATE t SET a = 0 WHERE id % 3 = 0;
INSERT INTO t (id, a, f) VALUES (100401, 0, -0.01);
DELETE FROM t WHERE id % 50 = 49;
