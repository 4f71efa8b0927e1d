-- at before-copy
UPDATE t SET v = 10 WHERE id = 1;
INSERT INTO t VALUES (1501, REPEAT('d', 15500000), NULL, 5);
-- at copying
UPDATE t SET b = CONCAT(b, 'x') WHERE id IN (1, 4);
UPDATE t SET c = REPEAT('é', 3000000) WHERE id = 1150;
DELETE FROM t WHERE id IN (10, 1110);
-- at copied
UPDATE t SET v = 11 WHERE id = 4;
-- at before-cutover
DELETE FROM t WHERE id = 2;
-- at live
UPDATE t SET v = 12 WHERE id = 4;
INSERT INTO t VALUES (1502, REPEAT('e', 1000), NULL, 5, 'x');
DELETE FROM t WHERE id = 3;
