-- at before-copy
SET time_zone = '-03:00';
UPDATE t SET a = '2020-01-01' WHERE id % 3 = 0;
