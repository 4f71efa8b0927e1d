CREATE TABLE `we``ird t.able` (`i d` INT NOT NULL, `a``b` INT, `it's "q"` VARCHAR(20), `x.y%` INT, `жé` INT, `select` INT, `1` INT, PRIMARY KEY (`i d`), KEY `k``ey` (`a``b`));
INSERT INTO `we``ird t.able` SELECT seq, seq, seq, seq, seq, seq, seq FROM seq_1_to_1500;
