-- at before-copy
UPDATE t SET d = 'b' WHERE id % 3 = 0;
INSERT INTO t (id, d) VALUES (100300, 'ä');
DELETE FROM t WHERE id % 50 = 49;
