ALTER TABLE t MODIFY e ENUM('red','green','blue') CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL;
