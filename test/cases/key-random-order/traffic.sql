-- at before-copy
INSERT INTO t (id, v) SELECT INSERT(INSERT(MD5(seq), 9, 0, '-'), 14, 0, '-'), seq FROM seq_5001_to_5100;
-- at copying
DELETE FROM t WHERE v % 10 = 0;
UPDATE t SET id = INSERT(INSERT(MD5(v + 10000), 9, 0, '-'), 14, 0, '-') WHERE v % 10 = 1;
-- at copied
INSERT INTO t (id, v) SELECT INSERT(INSERT(MD5(seq), 9, 0, '-'), 14, 0, '-'), seq FROM seq_10_to_100 ON DUPLICATE KEY UPDATE v = -1;
-- at before-cutover
REPLACE INTO t (id, v) SELECT id, v FROM t WHERE v % 100 = 2;
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE n % 50 = 49;
