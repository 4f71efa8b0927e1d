-- at before-copy
UPDATE t SET id = 0 WHERE id = 1;
UPDATE t SET id = 1 WHERE id = 2500;
UPDATE t SET id = 2500 WHERE id = 0;
INSERT INTO t (id, v) VALUES (102500, 2500);
DELETE FROM t WHERE id % 50 = 49;
-- at copying
START TRANSACTION;
UPDATE t SET id = -id WHERE id <= 100;
UPDATE t SET id = id - 2400 WHERE id > 2400;
UPDATE t SET id = 2400 - id WHERE id < 0;
COMMIT;
-- at copied
UPDATE t SET id = 0 WHERE id = 700;
UPDATE t SET id = 700 WHERE id = 701;
UPDATE t SET id = 701 WHERE id = 0;
-- at before-cutover
START TRANSACTION;
UPDATE t SET id = 0 WHERE id = 800;
UPDATE t SET id = 800 WHERE id = 801;
UPDATE t SET id = 801 WHERE id = 0;
UPDATE t SET id = 0 WHERE id = 801;
UPDATE t SET id = 801 WHERE id = 0;
COMMIT;
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE id % 10 = 9;
