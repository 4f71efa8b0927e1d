-- at before-copy
UPDATE `we``ird t.able` SET `a``b` = NULL WHERE `i d` < 9;
-- at copying
UPDATE `we``ird t.able` SET `it's "q"` = 'it''s', `1` = 0 WHERE `i d` IN (10, 1400);
INSERT INTO `we``ird t.able` VALUES (2000, 1, 'x', 2, 3, 4, 5);
DELETE FROM `we``ird t.able` WHERE `i d` IN (11, 1401);
-- at copied
UPDATE `we``ird t.able` SET `i d` = `i d` + 5000 WHERE `x.y%` IN (12, 1402);
-- at before-cutover
REPLACE INTO `we``ird t.able` VALUES (13, 1, 'x', 2, 3, 4, 5);
-- at live
INSERT INTO `we``ird t.able` (`i d`, `new``?`) VALUES (3000, 4);
UPDATE `we``ird t.able` SET `new``?` = 5 WHERE `жé` = 20;
DELETE FROM `we``ird t.able` WHERE `select` = 21;
