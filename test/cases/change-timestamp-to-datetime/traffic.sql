-- at before-copy
SET time_zone = '-03:00';
UPDATE t SET a = '2020-01-01' WHERE id % 3 = 0;
INSERT INTO t (id, a) VALUES (100300, '2024-01-13 12:00:00');
DELETE FROM t WHERE id % 50 = 49;
