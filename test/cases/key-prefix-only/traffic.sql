-- at before-copy
UPDATE t SET v = 1 WHERE v < 50;
DELETE FROM t WHERE v = 60;
INSERT INTO t VALUES ('new', 1);
