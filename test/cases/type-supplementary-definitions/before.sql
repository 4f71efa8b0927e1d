CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a ENUM('a','😀') DEFAULT '😀', b SET('😀','x'), d VARCHAR(9) NOT NULL DEFAULT '😀', e VARCHAR(20) DEFAULT (CONCAT('😀', id)), g VARCHAR(20) AS (CONCAT('😀', id)) STORED, CHECK (d <> '😀😀')) CHARACTER SET utf8mb4;
INSERT INTO t (id, b) SELECT seq, IF(seq % 2, '😀', 'x') FROM seq_1_to_1500;
