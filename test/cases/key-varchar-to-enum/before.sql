CREATE TABLE t (e VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, n INT NOT NULL, v INT, PRIMARY KEY (e, n));
INSERT INTO t SELECT ELT(1 + seq % 3, 'red', 'green', 'blue'), seq, seq FROM seq_1_to_1500;
