-- at before-copy
UPDATE a SET id = id + 1300 WHERE id BETWEEN 201 AND 290;
UPDATE b SET id = -id WHERE id % 3 = 0;
-- at copying
INSERT INTO a VALUES (0, 1), (2999, 2);
DELETE FROM b WHERE id BETWEEN 100 AND 200;
UPDATE c SET id = id + 1 ORDER BY id DESC;
-- at copied
REPLACE INTO a VALUES (5, 5);
INSERT INTO b VALUES (150, 1);
-- at before-cutover
DELETE FROM c WHERE id % 50 = 0;
UPDATE a SET v = 0 WHERE id < 100;
-- at live
UPDATE a SET v = 1 WHERE v % 50 = 48;
DELETE FROM a WHERE id % 50 = 49;
