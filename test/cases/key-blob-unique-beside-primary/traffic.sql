-- at before-copy
UPDATE t SET doc = CONCAT(doc, x'00') WHERE id % 7 = 0;
-- at copying
UPDATE t SET doc = 'third' WHERE id = 10;
UPDATE t SET doc = CONCAT(REPEAT('x', 10), 10) WHERE id = 1490;
UPDATE t SET doc = CONCAT(REPEAT('x', 1490 % 300), 1490) WHERE id = 10;
DELETE FROM t WHERE id BETWEEN 200 AND 230;
-- at copied
INSERT INTO t VALUES (5000, CONCAT(REPEAT('x', 200), 200), 1), (5001, '', 2);
REPLACE INTO t VALUES (5001, 'other', 3);
-- at before-cutover
UPDATE t SET id = id + 10000 WHERE id % 50 = 1;
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE id % 50 = 49;
