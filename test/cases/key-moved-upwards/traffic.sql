-- at before-copy
UPDATE t SET id = id + 1 ORDER BY id DESC;
INSERT INTO t (id, v) VALUES (101500, 1500);
DELETE FROM t WHERE id % 50 = 49;
-- at copying
UPDATE t SET id = id - 3 ORDER BY id;
-- at copied
UPDATE t SET id = id + 1000 WHERE v % 2 = 0 ORDER BY id DESC;
-- at before-cutover
UPDATE t SET id = id + 100000 WHERE v < 300;
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE id % 50 = 49;
