-- at before-copy
UPDATE t SET code = UPPER(code) WHERE v % 3 = 0;
-- at copying
DELETE FROM t WHERE v BETWEEN 90 AND 99;
INSERT INTO t VALUES ('C95', 95), ('C1999', 1) ON DUPLICATE KEY UPDATE code = VALUES(code);
-- at copied
UPDATE t SET code = CONCAT(code, 'x') WHERE v > 1900;
-- at before-cutover
REPLACE INTO t VALUES ('C1', 1), ('c2', 2);
-- at live
UPDATE t SET v = 1 WHERE v % 50 = 48;
DELETE FROM t WHERE v % 50 = 49;
