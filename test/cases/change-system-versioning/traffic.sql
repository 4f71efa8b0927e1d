-- at before-copy
UPDATE t SET v = 0 WHERE id % 3 = 0;
