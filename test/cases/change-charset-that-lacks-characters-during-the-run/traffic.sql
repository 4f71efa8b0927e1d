-- at before-copy
SET NAMES utf8mb4;
UPDATE t SET a = '' WHERE id % 3 = 0;
-- at copied
UPDATE t SET a = '🙂' WHERE id = 1000;
