-- at before-copy
UPDATE t SET a = '' WHERE id % 3 = 0;
-- at copied
UPDATE t SET a = 'eleven char' WHERE id = 1000;
