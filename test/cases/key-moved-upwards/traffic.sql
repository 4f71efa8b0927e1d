-- at before-copy
UPDATE t SET id = id + 1 ORDER BY id DESC;
-- at copying
UPDATE t SET id = id - 3 ORDER BY id;
-- at copied
UPDATE t SET id = id + 1000 WHERE v % 2 = 0 ORDER BY id DESC;
-- at before-cutover
UPDATE t SET id = -id WHERE v < 300;
