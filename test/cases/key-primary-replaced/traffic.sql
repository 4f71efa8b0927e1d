-- at before-copy
UPDATE t SET id = id + 5000 WHERE v % 5 = 0;
-- at copying
UPDATE t SET id = -1 WHERE v = 1;
UPDATE t SET id = 1 WHERE v = 1999;
UPDATE t SET id = 1999 WHERE v = 1;
UPDATE t SET code = UPPER(code) WHERE v % 3 = 0;
-- at copied
DELETE FROM t WHERE v BETWEEN 700 AND 720;
INSERT INTO t VALUES ('c700', 701, 1), ('C701x', 702, 2) ON DUPLICATE KEY UPDATE id = 9999;
-- at before-cutover
REPLACE INTO t VALUES ('C7', 90001, 3), ('c14', 90002, 4);
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE id % 50 = 49;
