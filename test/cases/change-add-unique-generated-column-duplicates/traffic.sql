-- at before-copy
UPDATE t SET a = a + 1000 WHERE id % 3 = 0;
