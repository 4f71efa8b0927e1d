-- at before-copy
UPDATE t SET id = 'third' WHERE v = 1;
UPDATE t SET id = 'K000001' WHERE v = 1500;
UPDATE t SET id = 'K001500' WHERE id = 'third';
-- at copying
UPDATE t SET id = 'third' WHERE v = 2;
UPDATE t SET id = 'K000002' WHERE v = 1499;
UPDATE t SET id = 'K001499' WHERE v = 2;
UPDATE t SET v = v + 10000 WHERE v % 5 = 0;
-- at copied
UPDATE t SET id = LOWER(id) WHERE v < 100;
UPDATE t SET id = UPPER(id) WHERE v BETWEEN 50 AND 300;
-- at before-cutover
DELETE FROM t WHERE id = 'K000060';
INSERT INTO t VALUES ('k000060', 60);
DELETE FROM t WHERE id = 'K000061';
-- at live
UPDATE t SET x = 2 WHERE x % 1 = 0;
DELETE FROM t WHERE x % 3 = 2;
