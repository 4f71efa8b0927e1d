-- at before-copy
UPDATE t SET v = 1 WHERE v < 50;
