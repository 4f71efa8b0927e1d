-- at before-copy
UPDATE t SET id = id + 5000 WHERE v % 10 = 0;
-- at copying
INSERT INTO t (v) VALUES (-1), (-2);
DELETE FROM t WHERE v BETWEEN 21 AND 29;
-- at copied
REPLACE INTO t VALUES (1, 7), (9001, 8);
-- at before-cutover
INSERT INTO t (v) VALUES (-3);
-- at live
DELETE FROM t WHERE order_id % 50 = 49;
