ALTER TABLE t MODIFY a ENUM('c','x','a','b');
