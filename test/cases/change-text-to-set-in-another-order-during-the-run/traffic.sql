-- at before-copy
UPDATE t SET a = '' WHERE id % 3 = 0;
-- at copying
UPDATE t SET a = 'q,p' WHERE id = 1200;
