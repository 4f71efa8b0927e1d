-- at before-copy
UPDATE t SET v = -v WHERE FIND_IN_SET('m3', s);
-- at copying
UPDATE t SET s = s | 1 WHERE v BETWEEN 200 AND 260 AND NOT FIND_IN_SET('m1', s);
DELETE FROM t WHERE s = 0;
INSERT INTO t VALUES ('m63', 1), ('m63,m1', 2), ('m62,m63,m1', 3) ON DUPLICATE KEY UPDATE v = 0;
-- at copied
UPDATE t SET s = 'm1,m2,m3,m60' WHERE s = 'm1,m63';
REPLACE INTO t VALUES ('', 9);
-- at before-cutover
DELETE FROM t WHERE s = 'm63';
UPDATE t SET s = 'm63' WHERE s = '';
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE v % 50 = 49;
