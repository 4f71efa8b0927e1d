-- at before-copy
INSERT INTO t VALUES (-1), (-2);
-- at copying
UPDATE t SET id = id + 5000 WHERE v BETWEEN 100 AND 200;
DELETE FROM t WHERE v BETWEEN 120 AND 130;
-- at copied
INSERT INTO t (id, v) VALUES (9000, 1), (1, 2) ON DUPLICATE KEY UPDATE v = 3;
-- at before-cutover
REPLACE INTO t (id, v) VALUES (9000, 4);
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE id % 50 = 49;
