CREATE TABLE `my table.of ``odd`` things` (`i d` INT NOT NULL, `a.b` INT, `c``d` VARCHAR(20), `größe` INT, `名前` INT, `%s` INT, `it's` INT, `k,v` INT, PRIMARY KEY (`i d`), KEY `a.b` (`a.b`), KEY `na``me` (`c``d`));
INSERT INTO `my table.of ``odd`` things` SELECT seq, seq, CONCAT('c', seq), seq, seq, seq, seq, seq FROM seq_1_to_1500;
