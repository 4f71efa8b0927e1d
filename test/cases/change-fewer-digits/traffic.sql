-- at before-copy
UPDATE t SET a = 0 WHERE id % 3 = 0;
INSERT INTO t (id, a, b, c, d, e) VALUES (100404, NULL, NULL, NULL, NULL, '-00:00:00.01');
DELETE FROM t WHERE id % 50 = 49;
