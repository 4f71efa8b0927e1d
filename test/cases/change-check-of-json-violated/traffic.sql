-- at before-copy
UPDATE t SET c = '1' WHERE id % 3 = 0;
