-- at before-copy
UPDATE t SET v = 10 WHERE id = 1;
-- at copying
UPDATE t SET b = CONCAT(b, 'x') WHERE id = 1;
DELETE FROM t WHERE id IN (10, 1110);
-- at copied
INSERT INTO t VALUES (1500, 'x', REPEAT('d', 17000000), 5);
-- at live
UPDATE t SET v = 12 WHERE id = 1;
DELETE FROM t WHERE id = 2;
