-- at before-copy
UPDATE t SET id = CONCAT(id, 'x') WHERE v < 50;
