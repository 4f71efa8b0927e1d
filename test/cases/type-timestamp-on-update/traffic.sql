-- at before-copy
SET timestamp = 1700000200.5;
INSERT INTO t (v) VALUES (1), (2);
UPDATE t SET v = 0 WHERE id < 20;
-- at copying
SET timestamp = 1700000300.75;
UPDATE t SET v = -1 WHERE id IN (30, 1400);
UPDATE t SET v = 5, changed = changed WHERE id IN (31, 1401);
DELETE FROM t WHERE id IN (40, 1440);
-- at copied
UPDATE t SET seen = NULL WHERE id < 10;
-- at before-cutover
REPLACE INTO t (id, v) VALUES (50, 1), (5000, 2);
-- at live
SET timestamp = 1700000400;
INSERT INTO t (v) VALUES (3);
UPDATE t SET v = 7 WHERE id = 60;
DELETE FROM t WHERE id = 61;
