-- at before-copy
UPDATE t SET b = NULL WHERE id % 3 = 0;
