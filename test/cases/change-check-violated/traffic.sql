-- at before-copy
UPDATE t SET b = 1 WHERE id % 3 = 0;
