-- at before-copy
UPDATE a SET v = 0;
INSERT INTO a (id, v) VALUES (100300, 300);
DELETE FROM a WHERE id % 50 = 49;
