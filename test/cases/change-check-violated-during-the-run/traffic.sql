-- at before-copy
UPDATE t SET a = 0 WHERE id % 3 = 0;
INSERT INTO t (id, a) VALUES (101500, 1500);
DELETE FROM t WHERE id % 50 = 49;
-- at copying
UPDATE t SET a = -1 WHERE id = 300;
