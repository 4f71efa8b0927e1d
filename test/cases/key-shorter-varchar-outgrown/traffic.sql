-- at before-copy
UPDATE t SET id = UPPER(id) WHERE v % 3 = 0;
-- at copying
UPDATE t SET id = CONCAT(id, ' is too long') WHERE v = 1200;
