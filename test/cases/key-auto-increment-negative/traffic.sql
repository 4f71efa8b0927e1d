-- at before-copy
DELETE FROM t WHERE v % 10 = 0;
INSERT INTO t (id, v) VALUES (99500, 1500);
-- at copying
UPDATE t SET id = id - 5000 WHERE v BETWEEN 100 AND 150;
-- at copied
REPLACE INTO t VALUES (-5, 5), (-6, 6);
-- at before-cutover
DELETE FROM t WHERE id > -10;
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE v % 50 = 49;
