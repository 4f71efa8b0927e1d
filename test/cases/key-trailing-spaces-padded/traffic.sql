-- at before-copy
UPDATE t SET id = CONCAT(id, '  ') WHERE v % 2 = 0;
-- at copying
UPDATE t SET id = RTRIM(id) WHERE v % 4 = 0;
DELETE FROM t WHERE id = 'k6';
INSERT INTO t VALUES ('k6   ', 6);
-- at copied
INSERT INTO t VALUES ('k7  ', 70), ('k1999 ', 71) ON DUPLICATE KEY UPDATE id = VALUES(id), v = VALUES(v);
REPLACE INTO t VALUES ('k9 ', 9), ('k1900  ', 19);
-- at before-cutover
START TRANSACTION;
DELETE FROM t WHERE id = 'k11';
INSERT INTO t VALUES ('k11 ', 11);
UPDATE t SET id = 'k12' WHERE id = 'k12';
COMMIT;
-- at live
UPDATE t SET note = 1 WHERE note % 7 = 5;
DELETE FROM t WHERE v % 50 = 49;
