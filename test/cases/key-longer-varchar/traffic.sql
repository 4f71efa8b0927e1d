-- at before-copy
SET NAMES utf8mb4;
UPDATE t SET id = CONCAT('E', v) WHERE v % 3 = 0;
-- at copying
DELETE FROM t WHERE v % 50 = 0;
INSERT INTO t VALUES ('e50', 50), ('É1950', 51), ('🙂', 52);
-- at copied
UPDATE t SET id = CONCAT(id, '🙂') WHERE v BETWEEN 800 AND 820;
-- at before-cutover
REPLACE INTO t VALUES ('è1', 1), ('E2', 2);
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE v % 50 = 49;
