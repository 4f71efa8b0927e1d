-- at before-copy
INSERT INTO a (v) VALUES (1), (2), (3);
-- at copying
UPDATE a SET v = 0 WHERE id % 3 = 0;
DELETE FROM b WHERE n BETWEEN 100 AND 120;
-- at copied
INSERT INTO b (n) VALUES (2000);
-- at before-cutover
DELETE FROM a WHERE id > 1500;
-- at live
INSERT INTO a (v) VALUES (-1);
INSERT INTO b (n) VALUES (-1);
