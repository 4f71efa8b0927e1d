-- at before-copy
UPDATE t SET a = '2020-01-01' WHERE id % 3 = 0;
