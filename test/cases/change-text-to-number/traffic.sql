-- at before-copy
UPDATE t SET a = 0 WHERE id % 3 = 0;
INSERT INTO t (id, a) VALUES (100300, '300');
DELETE FROM t WHERE id % 50 = 49;
