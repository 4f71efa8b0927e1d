-- at before-copy
UPDATE t SET a = UPPER(a) WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, 'x');
DELETE FROM t WHERE id BETWEEN 100 AND 120;
UPDATE t SET a = 'third' WHERE id = 20;
UPDATE t SET a = 'A20' WHERE id = 22;
UPDATE t SET a = 'a22' WHERE id = 20;
-- at copied
REPLACE INTO t VALUES (7, 'A7');
-- at before-cutover
UPDATE t SET id = id + 5000 WHERE id BETWEEN 500 AND 510;
-- at live
DELETE FROM t WHERE id % 50 = 49;
