-- at before-copy
UPDATE d SET t = 0 WHERE s % 3 = 0;
-- at copying
INSERT INTO d VALUES (2000, 2000, 2000, 2000, 2000, 2000, 2000, 2000);
DELETE FROM d WHERE d.s BETWEEN 100 AND 120;
-- at copied
REPLACE INTO d VALUES (7, 1, 8, 1, 1, 1, 1, 8);
-- at before-cutover
UPDATE d SET s = -s, k = -k WHERE k BETWEEN 500 AND 510;
-- at live
UPDATE d SET t = 1 WHERE t % 50 = 48;
DELETE FROM d WHERE s % 50 = 49;
