-- at before-copy
UPDATE t SET a = CONCAT(a, 'x') WHERE id % 3 = 0;
