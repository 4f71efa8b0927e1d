-- at before-copy
UPDATE t SET a = 'a' WHERE id % 3 = 0;
