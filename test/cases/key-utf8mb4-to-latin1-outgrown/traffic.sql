-- at before-copy
SET NAMES utf8mb4;
UPDATE t SET id = CONCAT('äö', v) WHERE v % 3 = 0;
DELETE FROM t WHERE v % 50 = 49;
-- at copied
INSERT INTO t VALUES ('Жук', 1);
