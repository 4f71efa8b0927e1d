-- at before-copy
UPDATE t SET a = a + 1000 WHERE a < 50;
