-- at before-copy
INSERT INTO t (a, v) VALUES (100, 1);
UPDATE t SET v = 2;
DELETE FROM t WHERE v = 2;
