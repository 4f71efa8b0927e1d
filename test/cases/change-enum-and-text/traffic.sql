-- at before-copy
UPDATE t SET a = 'a', b = 'r,p' WHERE id % 3 = 0;
-- at copying
INSERT INTO t VALUES (2000, 'it''s', '', 'red'), (2001, NULL, NULL, NULL);
DELETE FROM t WHERE id BETWEEN 100 AND 120;
-- at copied
REPLACE INTO t VALUES (7, 'UNI', 'q', 'green');
-- at before-cutover
UPDATE t SET c = '' WHERE id BETWEEN 500 AND 510;
-- at live
UPDATE t SET a = NULL;
DELETE FROM t WHERE id % 50 = 49;
