-- at before-copy
UPDATE t SET v = -v WHERE v < 100;
DELETE FROM t WHERE v % 50 = 49;
INSERT INTO t VALUES ('m64', 1);
