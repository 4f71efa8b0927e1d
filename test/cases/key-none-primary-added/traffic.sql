-- at before-copy
UPDATE t SET v = 1 WHERE a < 50;
