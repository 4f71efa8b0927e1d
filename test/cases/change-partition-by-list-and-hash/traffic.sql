-- at before-copy
UPDATE a SET kind = 'X' WHERE id % 9 = 1;
UPDATE b SET id = id + 5000 WHERE id % 3 = 0;
UPDATE c SET n = 9 - n;
-- at copying
INSERT INTO a VALUES (5000, 'new', 1);
INSERT INTO b VALUES (9000, 1), (3, 1);
INSERT INTO c VALUES (1, 99, 1);
DELETE FROM a WHERE kind = 'y' AND id < 100;
-- at copied
UPDATE a SET kind = 'z' WHERE kind = 'x' AND id < 50;
DELETE FROM b WHERE id BETWEEN 100 AND 200;
-- at before-cutover
REPLACE INTO c VALUES (1, 99, 2), (2, 2, 3);
-- at live
UPDATE a SET v = 1 WHERE v % 50 = 48;
DELETE FROM a WHERE id % 50 = 49;
