ALTER TABLE t MODIFY a ENUM('a','b'), MODIFY b SET('p','q');
