-- at before-copy
UPDATE t SET a = NULL, c = -999.99, d = '', h = NULL, j = '-838:59:59' WHERE id % 3 = 0;
-- at copying
INSERT INTO t (id, a, b, e, k) VALUES (2000, 127, 65535, '', '');
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t (id, c, d, l) VALUES (7, 0.01, 'é🙂', b'111');
-- at before-cutover
UPDATE t SET m = 'b', n = 'p,q', g = x'FF00' WHERE id BETWEEN 500 AND 510;
-- at live
UPDATE t SET a = 1 WHERE a % 50 = 48;
DELETE FROM t WHERE id % 50 = 49;
