-- at before-copy
UPDATE t SET a = NULL WHERE id % 3 = 0;
