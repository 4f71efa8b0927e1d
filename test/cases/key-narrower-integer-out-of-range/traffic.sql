-- at before-copy
UPDATE t SET v = 0 WHERE id > 3000;
INSERT INTO t (id, v) VALUES (2147583648, 1);
DELETE FROM t WHERE id % 3 = 2;
