-- at before-copy
UPDATE t SET id = CONCAT(id, '\'') WHERE v % 10 = 0;
-- at copying
DELETE FROM t WHERE id LIKE '\\\\1%';
INSERT INTO t VALUES ('', 1, 1), ('\0', 2, 2), ('%_', 3, 3), ('-- x', 4, 4), ('# x', 5, 5);
-- at copied
UPDATE t SET id = '\\''' WHERE id = '\0' AND n = 2;
-- at before-cutover
REPLACE INTO t VALUES ('', 1, 9), ('\\''', 2, 8);
-- at live
UPDATE t SET note = NULL;
DELETE FROM t WHERE n % 50 = 49;
