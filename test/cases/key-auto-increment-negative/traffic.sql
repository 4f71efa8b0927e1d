-- at before-copy
DELETE FROM t WHERE v % 10 = 0;
-- at copying
UPDATE t SET id = id - 5000 WHERE v BETWEEN 100 AND 150;
-- at copied
REPLACE INTO t VALUES (-5, 5), (-6, 6);
-- at before-cutover
DELETE FROM t WHERE id > -10;
