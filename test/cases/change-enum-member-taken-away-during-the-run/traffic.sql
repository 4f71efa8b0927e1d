-- at before-copy
UPDATE t SET a = 'a' WHERE id % 3 = 0;
-- at copying
UPDATE t SET a = 'c' WHERE id = 200;
