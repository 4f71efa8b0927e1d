-- at before-copy
UPDATE t SET a = 'p' WHERE id % 3 = 0;
INSERT INTO t (id, a, b) VALUES (100403, NULL, 'q');
DELETE FROM t WHERE id % 50 = 49;
