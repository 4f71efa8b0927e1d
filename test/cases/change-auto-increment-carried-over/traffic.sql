-- at before-copy
INSERT INTO t (v) VALUES (1), (2), (3);
-- at copying
DELETE FROM t WHERE v IN (1, 2, 3) AND id > 1000;
UPDATE t SET v = 0 WHERE id % 3 = 0;
-- at copied
INSERT INTO t (v) SELECT seq FROM seq_1_to_100;
DELETE FROM t WHERE id > 1500;
-- at before-cutover
START TRANSACTION;
INSERT INTO t (v) SELECT seq FROM seq_1_to_10;
ROLLBACK;
-- at live
INSERT INTO t (v) VALUES (-1);
