-- at before-copy
INSERT INTO t VALUES ('x', 1);
UPDATE t SET v = 2;
DELETE FROM t WHERE v = 2;
