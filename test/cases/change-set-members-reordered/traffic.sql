-- at before-copy
UPDATE t SET b = 'r,p' WHERE id % 3 = 0;
