-- at before-copy
DELETE FROM t WHERE a < 3;
-- at copying
DELETE FROM t WHERE b > 300;
-- at copied
DELETE FROM t;
-- at before-cutover
INSERT INTO t VALUES (1, 1, 1);
DELETE FROM t;
