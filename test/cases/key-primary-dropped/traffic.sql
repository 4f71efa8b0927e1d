-- at before-copy
UPDATE t SET v = 1 WHERE id < 50;
INSERT INTO t (id, v) VALUES (100300, 300);
DELETE FROM t WHERE id % 50 = 49;
