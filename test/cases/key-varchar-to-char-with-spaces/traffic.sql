-- at before-copy
UPDATE t SET id = UPPER(id) WHERE v % 3 = 0;
