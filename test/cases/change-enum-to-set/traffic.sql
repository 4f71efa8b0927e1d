-- at before-copy
UPDATE t SET a = 'p' WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, 'p');
DELETE FROM t WHERE id BETWEEN 100 AND 120;
