-- at before-copy
INSERT INTO t (u, v) SELECT CONCAT('u', seq), seq FROM seq_1_to_100;
-- at copying
DELETE FROM t;
-- at copied
INSERT INTO t (u, v) VALUES ('u1', 1), ('u2', 2);
INSERT INTO t (u, v) VALUES ('U1', 5) ON DUPLICATE KEY UPDATE v = 5;
-- at before-cutover
UPDATE t SET id = id + 1000;
REPLACE INTO t (u, v) VALUES ('u2', 3);
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE id % 3 = 2;
