-- at before-copy
UPDATE t SET a = a + 1000 WHERE id % 3 = 0;
INSERT INTO t (id, a, b) VALUES (100400, 0, 15);
DELETE FROM t WHERE id % 50 = 49;
