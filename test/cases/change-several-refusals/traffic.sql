-- at before-copy
UPDATE a SET m = 0;
INSERT INTO a (id, n, m, s) VALUES (100300, 300, 300, 's300');
DELETE FROM a WHERE id % 50 = 49;
