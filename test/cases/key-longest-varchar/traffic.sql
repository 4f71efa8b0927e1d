-- at before-copy
SET NAMES utf8mb4;
UPDATE t SET id = CONCAT(id, '!') WHERE v % 10 = 0;
-- at copying
DELETE FROM t WHERE v % 50 = 0;
INSERT INTO t VALUES (REPEAT('x', 768), 1), ('', 2);
-- at copied
UPDATE t SET id = LEFT(id, 700) WHERE v BETWEEN 700 AND 750;
-- at before-cutover
REPLACE INTO t VALUES (REPEAT('x', 768), 3);
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE v % 50 = 49;
