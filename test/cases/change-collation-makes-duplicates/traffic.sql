-- at before-copy
UPDATE t SET a = CONCAT(a, 'x') WHERE id % 3 = 0;
INSERT INTO t (id, a) VALUES (100400, 'A7n');
DELETE FROM t WHERE id % 50 = 49;
