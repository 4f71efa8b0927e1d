-- at before-copy
UPDATE t SET a = NULL WHERE id % 3 = 0;
INSERT INTO t (id, a, b) VALUES (100400, NULL, 'B7 ');
DELETE FROM t WHERE id % 50 = 49;
