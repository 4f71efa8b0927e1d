ALTER TABLE t MODIFY a ENUM('a','b','c');
