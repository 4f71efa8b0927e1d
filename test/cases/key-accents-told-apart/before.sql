SET NAMES utf8mb4;
CREATE TABLE t (id VARCHAR(30) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL PRIMARY KEY, v INT);
INSERT INTO t SELECT CONCAT(ELT(1 + seq % 4, 'e', 'é', 'E', 'e '), seq DIV 4, IF(seq % 4 = 3, ' ', '')), seq FROM seq_0_to_1999;
