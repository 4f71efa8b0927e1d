-- at before-copy
UPDATE t SET b = NULL WHERE id % 3 = 0;
INSERT INTO t (id, b) VALUES (100400, '00007other');
DELETE FROM t WHERE id % 50 = 49;
