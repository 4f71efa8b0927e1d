-- at before-copy
UPDATE t SET v = 0 WHERE a % 3 = 0;
INSERT INTO t (a, b, v) VALUES (100300, 'b300n', 300);
DELETE FROM t WHERE a % 50 = 49;
