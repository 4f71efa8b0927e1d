-- at before-copy
UPDATE t SET a = 0 WHERE id % 3 = 0;
-- at copying
UPDATE t SET a = -1 WHERE id = 300;
