-- at before-copy
UPDATE t SET v = 1 WHERE v < 50;
DELETE FROM t WHERE v = 60;
