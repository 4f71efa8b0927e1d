-- at before-copy
UPDATE t SET id = CONCAT(' ', id, '  ') WHERE v % 3 = 0;
-- at copying
DELETE FROM t WHERE v % 50 = 0;
INSERT INTO t VALUES ('', 50), ('K1', 51);
-- at copied
UPDATE t SET id = UPPER(id) WHERE v BETWEEN 800 AND 820;
-- at before-cutover
REPLACE INTO t VALUES ('  ', 1), ('k2', 2);
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE v % 50 = 49;
