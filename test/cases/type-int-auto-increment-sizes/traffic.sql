-- at before-copy
UPDATE a SET v = v + 1 WHERE id < 50;
-- at copying
UPDATE b SET v = v + 1 WHERE id < 50 OR id > 1100;
DELETE FROM a WHERE id = 250;
DELETE FROM b WHERE id = 18446744073709551610;
INSERT INTO b (v) VALUES (5);
-- at copied
UPDATE b SET v = 7 WHERE id > 1150;
-- at before-cutover
INSERT INTO a (v) VALUES (6);
-- at live
INSERT INTO b (id, v) VALUES (1500, 1);
UPDATE a SET v = 0 WHERE id > 240;
