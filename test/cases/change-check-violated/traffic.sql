-- at before-copy
UPDATE t SET b = 1 WHERE id % 3 = 0;
INSERT INTO t (id, a, b) VALUES (100402, 5, -6);
DELETE FROM t WHERE id % 50 = 49;
