ALTER TABLE t MODIFY a ENUM('c','new','b','a'), MODIFY b SET('p','q','r','s'), MODIFY c ENUM('y','x','z') CHARACTER SET utf8mb4;
