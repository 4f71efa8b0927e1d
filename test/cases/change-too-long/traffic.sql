-- at before-copy
UPDATE t SET a = '' WHERE id % 3 = 0;
