SET NAMES utf8mb4;
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a VARCHAR(20), b TEXT, c CHAR(10) CHARACTER SET utf8mb3, d ENUM('a','b'), e VARBINARY(20), f VARCHAR(10) CHARACTER SET cp1251, KEY a (a), KEY b (b(10))) CHARACTER SET latin1;
INSERT INTO t SELECT seq, CONCAT('ä€', seq), REPEAT('ß', seq % 60), CONCAT('ж', seq), 1 + seq % 2, x'E4', 'Жук' FROM seq_1_to_1500;
