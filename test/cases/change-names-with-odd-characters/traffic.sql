-- at before-copy
UPDATE `my table.of ``odd`` things` SET `a.b` = 0, `名前` = -`名前` WHERE `i d` % 3 = 0;
-- at copying
INSERT INTO `my table.of ``odd`` things` VALUES (2000, 1, 'x', 2, 3, 4, 5, 6);
DELETE FROM `my table.of ``odd`` things` WHERE `i d` BETWEEN 100 AND 120;
-- at copied
REPLACE INTO `my table.of ``odd`` things` VALUES (7, 1, 'x', 2, 3, 4, 5, 6);
-- at before-cutover
UPDATE `my table.of ``odd`` things` SET `i d` = -`i d` WHERE `i d` BETWEEN 500 AND 510;
-- at live
UPDATE `my table.of ``odd`` things` SET `new ``one``` = 0 WHERE `new ``one``` % 3 = 1;
DELETE FROM `my table.of ``odd`` things` WHERE `i d` % 50 = 49;
