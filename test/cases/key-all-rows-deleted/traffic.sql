-- at before-copy
DELETE FROM t WHERE a < 3;
UPDATE t SET v = 1 WHERE v % 50 = 48;
-- at copying
DELETE FROM t WHERE b > 300;
-- at copied
DELETE FROM t;
-- at before-cutover
INSERT INTO t VALUES (1, 1, 1);
DELETE FROM t;
-- at live
INSERT INTO t (a, b, v) VALUES (1, 2, 3);
