SET NAMES utf8mb4;
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a VARCHAR(40), b VARBINARY(40), c TEXT) CHARACTER SET utf8mb4;
INSERT INTO t SELECT seq, CONCAT('a', seq), CONCAT('b', seq), 'c' FROM seq_1_to_300;
INSERT INTO t VALUES (400, 'ééééééééééé', '', ''), (401, '', 'bbbbbbbbbbb', ''), (402, '', '', REPEAT('é', 128));
