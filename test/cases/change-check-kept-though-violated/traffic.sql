-- at before-copy
UPDATE t SET b = 0 WHERE id % 3 = 0 AND a > 0;
