-- at before-copy
UPDATE t SET id = UPPER(id) WHERE v % 5 = 0;
DELETE FROM t WHERE id = 'k1 ';
-- at copying
UPDATE t SET id = CONCAT(id, '   ') WHERE v BETWEEN 30 AND 60 OR v > 1700;
INSERT INTO t VALUES ('K1 ', 1), ('K1     ', 2);
-- at copied
DELETE FROM t WHERE id = 'K2';
INSERT INTO t VALUES ('K2  ', 8) ON DUPLICATE KEY UPDATE id = VALUES(id), v = v + 1000;
-- at before-cutover
UPDATE t SET id = LOWER(id) WHERE id LIKE 'K%' AND v % 2 = 0;
REPLACE INTO t VALUES ('K3', 3), ('K3 ', 4);
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE v % 50 = 49;
