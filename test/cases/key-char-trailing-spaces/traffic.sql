-- at before-copy
UPDATE t SET id = CONCAT(id, ' x ') WHERE v % 3 = 0;
-- at copying
INSERT INTO t VALUES ('', 0), ('  lead', 1);
UPDATE t SET id = CONCAT(' ', id) WHERE v % 7 = 0;
-- at copied
REPLACE INTO t VALUES ('   ', 2);
DELETE FROM t WHERE v BETWEEN 40 AND 50;
-- at before-cutover
UPDATE t SET v = v + 1 WHERE id = '';
UPDATE t SET id = 'plain ' WHERE id = '  lead';
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE v % 50 = 49;
