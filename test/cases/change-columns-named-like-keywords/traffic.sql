-- at before-copy
UPDATE `table` SET `change` = 0, first = 0 WHERE `primary` % 3 = 0;
-- at copying
INSERT INTO `table` SELECT 2000, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13;
DELETE FROM `table` WHERE `primary` BETWEEN 100 AND 120;
-- at copied
REPLACE INTO `table` SELECT 7, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13;
-- at before-cutover
UPDATE `table` SET period = -1, `rename` = -2, `primary` = -`primary` WHERE `primary` BETWEEN 500 AND 510;
-- at live
UPDATE `table` SET `key` = 1 WHERE `key` % 50 = 48;
DELETE FROM `table` WHERE `key` % 50 = 49;
