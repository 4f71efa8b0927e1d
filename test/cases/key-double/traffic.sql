-- at before-copy
UPDATE t SET id = id * 2 WHERE v < 50;
