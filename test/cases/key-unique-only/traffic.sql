-- at before-copy
UPDATE t SET v = -v WHERE v % 9 = 0;
-- at copying
UPDATE t SET code = CONCAT('Z', RIGHT(code, 7)) WHERE v BETWEEN 400 AND 500;
DELETE FROM t WHERE v BETWEEN 1000 AND 1050;
INSERT INTO t VALUES ('zzzzzzzz', 1), ('', 2);
-- at copied
UPDATE t SET code = LOWER(code) WHERE v BETWEEN 600 AND 650;
REPLACE INTO t VALUES ('ZZZZZZZZ', 3);
-- at before-cutover
DELETE FROM t WHERE code = '';
UPDATE t SET code = 'back' WHERE code = 'zzzzzzzz';
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE v % 50 = 49;
