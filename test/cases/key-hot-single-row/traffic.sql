-- at before-copy
UPDATE t SET n = n + 1;
UPDATE t SET n = n + 1;
UPDATE t SET n = n + 1, v = 'a';
-- at copying
UPDATE t SET n = n + 1;
DELETE FROM t;
INSERT INTO t VALUES (1, 100, 'b');
UPDATE t SET id = 2;
-- at copied
UPDATE t SET n = n + 1;
INSERT INTO t VALUES (2, 0, 'c') ON DUPLICATE KEY UPDATE n = n + 1, id = 3;
REPLACE INTO t VALUES (3, 7, 'd');
-- at before-cutover
UPDATE t SET n = n + 1;
UPDATE t SET id = 1, n = n + 1;
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE n % 10 = 9;
