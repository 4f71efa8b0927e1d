-- at before-copy
UPDATE t SET v = -v WHERE v < 100;
