-- at before-copy
START TRANSACTION;
UPDATE a SET v = 0 WHERE id % 3 = 0;
UPDATE b SET code = UPPER(code) WHERE v % 3 = 0;
UPDATE c SET x = x + 1 WHERE v % 3 = 0;
UPDATE untouched SET v = 0;
COMMIT;
-- at copying
INSERT INTO a (v) SELECT v FROM b WHERE v < 20;
DELETE FROM b WHERE v < 20;
UPDATE c, a SET c.v = a.v, a.v = c.v WHERE c.y = a.id AND a.id < 100;
-- at copied
DELETE a, b FROM a, b WHERE a.v = b.v AND a.id > 1450;
-- at before-cutover
START TRANSACTION;
INSERT INTO b VALUES ('fresh', 1);
INSERT INTO c VALUES (99, 99, 99);
DELETE FROM a WHERE id = 7;
COMMIT;
-- at live
UPDATE a SET value = 1 WHERE value % 50 = 48;
DELETE FROM a WHERE id % 50 = 49;
