-- at before-copy
UPDATE t SET a = 'a', d = '' WHERE id < 9;
-- at copying
UPDATE t SET a = '😀', b = '😀,x' WHERE id IN (5, 1400);
INSERT INTO t (id) VALUES (2000);
DELETE FROM t WHERE id IN (6, 1401);
-- at before-cutover
REPLACE INTO t (id, b) VALUES (7, '😀');
-- at live
INSERT INTO t (id) VALUES (2001);
INSERT INTO t (id, a, b) VALUES (2002, '😀', '😀');
UPDATE t SET d = DEFAULT WHERE id = 1;
DELETE FROM t WHERE id = 2;
