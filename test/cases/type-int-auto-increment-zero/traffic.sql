-- at before-copy
INSERT INTO t (v) VALUES ('a'), ('b');
SET sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO';
UPDATE t SET v = 'zero again' WHERE id = 0;
-- at copying
DELETE FROM t WHERE id = 0;
INSERT INTO t (id, v) VALUES (0, 'third zero');
UPDATE t SET v = 'x' WHERE id IN (5, 1400, -5);
INSERT INTO t (v) VALUES ('c');
UPDATE t SET id = id + 100000 WHERE id = 3;
-- at copied
REPLACE INTO t (id, v) VALUES (0, 'fourth zero'), (20000, 'ahead');
DELETE FROM t WHERE id = 20000;
-- at before-cutover
INSERT INTO t (v) VALUES ('d');
UPDATE t SET v = 'low' WHERE id = -2147483648;
-- at live
INSERT INTO t (v) VALUES ('e'), ('f');
UPDATE t SET v = 'live' WHERE id = 0;
DELETE FROM t WHERE id = -5;
