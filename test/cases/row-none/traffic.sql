-- at before-copy
INSERT INTO t (a) VALUES ('x'), (NULL), ('');
-- at copying
UPDATE t SET a = 'y' WHERE id = 1;
DELETE FROM t WHERE id = 2;
-- at copied
INSERT INTO t (a) VALUES ('z');
-- at before-cutover
DELETE FROM t;
-- at live
INSERT INTO t (a) VALUES ('live');
