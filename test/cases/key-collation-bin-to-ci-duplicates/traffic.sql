-- at before-copy
UPDATE t SET v = 0 WHERE v % 3 = 0;
