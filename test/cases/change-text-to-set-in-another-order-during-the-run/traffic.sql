-- at before-copy
UPDATE t SET a = '' WHERE id % 3 = 0;
INSERT INTO t (id, a) VALUES (101500, 'p');
DELETE FROM t WHERE id % 50 = 49;
-- at copying
UPDATE t SET a = 'q,p' WHERE id = 1200;
