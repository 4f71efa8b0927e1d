-- at before-copy
SET NAMES utf8mb4;
UPDATE t SET d = 'b' WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, 'é'), (2001, NULL);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t VALUES (7, 'ä');
-- at before-cutover
UPDATE t SET d = 'é' WHERE id BETWEEN 500 AND 510;
-- at live
UPDATE t SET d = NULL;
DELETE FROM t WHERE id % 50 = 49;
