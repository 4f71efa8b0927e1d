-- at before-copy
UPDATE a SET v = 0 WHERE id % 3 = 0;
DELETE FROM b WHERE id % 4 = 0;
-- at copying
INSERT INTO a (v) VALUES (1), (2);
UPDATE b SET id = -id WHERE id BETWEEN 100 AND 200;
-- at copied
REPLACE INTO a VALUES (7, 7);
-- at before-cutover
DELETE FROM a WHERE id > 1500;
-- at live
UPDATE a SET v = 1 WHERE v % 50 = 48;
DELETE FROM a WHERE id % 50 = 49;
