-- at before-copy
UPDATE t SET a = a + 1000 WHERE id % 3 = 0;
INSERT INTO t (id, a) VALUES (100300, 1);
DELETE FROM t WHERE id % 50 = 49;
