-- at before-copy
UPDATE t SET id = id * 2 WHERE v < 50;
INSERT INTO t (id, n, v) VALUES (100100, 100300, 300);
DELETE FROM t WHERE n % 50 = 49;
