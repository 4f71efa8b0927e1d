ALTER TABLE t MODIFY e ENUM('a','b','c','d','e') NOT NULL, ADD KEY (v);
