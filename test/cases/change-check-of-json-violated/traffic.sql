-- at before-copy
UPDATE t SET c = '1' WHERE id % 3 = 0;
INSERT INTO t (id, c) VALUES (100400, 'no json');
DELETE FROM t WHERE id % 50 = 49;
