-- at before-copy
UPDATE t SET a = 'a' WHERE id % 3 = 0;
INSERT INTO t (id, a, b) VALUES (100300, 'a', 'r');
DELETE FROM t WHERE id % 50 = 49;
