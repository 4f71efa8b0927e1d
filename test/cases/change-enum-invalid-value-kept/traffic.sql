-- at before-copy
SET sql_mode = '';
UPDATE t SET a = 'nonsense' WHERE id % 10 = 0;
-- at copying
INSERT INTO t VALUES (2000, 'no'), (2001, 'a');
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
UPDATE t SET a = 'b' WHERE id % 10 = 0 AND id < 400;
-- at before-cutover
REPLACE INTO t VALUES (7, 0);
-- at live
UPDATE t SET a = NULL;
DELETE FROM t WHERE id % 50 = 49;
