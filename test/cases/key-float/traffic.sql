-- at before-copy
UPDATE t SET v = 1 WHERE v < 50;
INSERT INTO t (id, v) VALUES (100100, 300);
DELETE FROM t WHERE v % 50 = 49;
