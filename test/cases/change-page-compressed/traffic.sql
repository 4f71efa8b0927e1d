-- at before-copy
UPDATE a SET v = '' WHERE id % 3 = 0;
DELETE FROM b WHERE id % 4 = 0;
-- at copying
INSERT INTO a (v) VALUES (1), (2);
UPDATE b SET id = -id WHERE id BETWEEN 100 AND 200;
-- at copied
REPLACE INTO a VALUES (7, 7);
-- at before-cutover
DELETE FROM b WHERE id < 100;
-- at live
UPDATE a SET v = NULL;
DELETE FROM a WHERE id % 50 = 49;
