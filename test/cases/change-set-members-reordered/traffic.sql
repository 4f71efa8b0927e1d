-- at before-copy
UPDATE t SET b = 'r,p' WHERE id % 3 = 0;
INSERT INTO t (id, b) VALUES (100300, 'r');
DELETE FROM t WHERE id % 50 = 49;
