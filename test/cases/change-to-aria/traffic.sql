-- at before-copy
UPDATE t SET v = 0 WHERE id % 3 = 0;
INSERT INTO t (id, v) VALUES (100300, 300);
DELETE FROM t WHERE id % 50 = 49;
