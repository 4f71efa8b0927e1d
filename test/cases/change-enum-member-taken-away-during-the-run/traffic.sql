-- at before-copy
UPDATE t SET a = 'a' WHERE id % 3 = 0;
INSERT INTO t (id, a) VALUES (101500, 'a');
DELETE FROM t WHERE id % 50 = 49;
-- at copying
UPDATE t SET a = 'c' WHERE id = 200;
