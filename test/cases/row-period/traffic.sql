-- at before-copy
INSERT INTO t VALUES (2000, '2024-01-01', '2024-01-02', 1);
-- at copying
UPDATE t SET v = 2 WHERE id IN (5, 1400);
DELETE FROM t WHERE id IN (6, 1401);
-- at before-cutover
UPDATE t SET b = '2024-03-01' WHERE id = 8;
-- at live
INSERT INTO t VALUES (2001, '2024-01-01', '2024-01-02', 1, 'x');
UPDATE t SET v = 3 WHERE id = 9;
DELETE FROM t WHERE id = 10;
