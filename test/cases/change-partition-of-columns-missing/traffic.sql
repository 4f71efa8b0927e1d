-- at before-copy
UPDATE t SET v = 0 WHERE a % 3 = 0;
