CREATE TABLE t (id VARCHAR(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL, n INT NOT NULL, v INT, PRIMARY KEY (id, n));
INSERT INTO t SELECT CONCAT(ELT(1 + seq % 8, '''', '"', '\\', '\0', ',', '\n\r\t', ') OR (1=1', '`/*'), seq DIV 8), seq, seq FROM seq_0_to_1999;
