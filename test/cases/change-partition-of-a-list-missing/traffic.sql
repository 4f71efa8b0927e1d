-- at before-copy
UPDATE t SET v = 0 WHERE id % 3 = 0;
INSERT INTO t (id, k, v) VALUES (100300, 100000, 300);
DELETE FROM t WHERE id % 50 = 49;
