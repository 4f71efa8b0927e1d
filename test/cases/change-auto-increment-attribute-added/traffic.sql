-- at before-copy
UPDATE t SET v = 0 WHERE v % 3 = 0;
-- at copying
INSERT INTO t VALUES (1, 1), (9000, 2);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t VALUES (7, 7);
-- at before-cutover
UPDATE t SET id = id + 1 WHERE id BETWEEN 500 AND 510 ORDER BY id DESC;
-- at live
INSERT INTO t (v) VALUES (-1);
