-- at before-copy
UPDATE t SET b = 8 WHERE a < 50;
