-- at before-copy
UPDATE t SET a = 0 WHERE id % 3 = 0;
