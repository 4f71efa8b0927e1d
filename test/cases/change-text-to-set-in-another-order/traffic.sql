-- at before-copy
UPDATE t SET a = 'p' WHERE id % 3 = 0;
