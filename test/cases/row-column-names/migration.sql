ALTER TABLE `we``ird t.able` ADD COLUMN `new``?` INT DEFAULT 3 AFTER `a``b`, ADD INDEX `in dex` (`жé`, `x.y%`), MODIFY `it's "q"` VARCHAR(40);
