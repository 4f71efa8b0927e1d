-- at before-copy
UPDATE t SET a = '' WHERE id % 3 = 0;
INSERT INTO t (id, a) VALUES (101500, 'a1500');
DELETE FROM t WHERE id % 50 = 49;
-- at copied
UPDATE t SET a = 'eleven char' WHERE id = 1000;
