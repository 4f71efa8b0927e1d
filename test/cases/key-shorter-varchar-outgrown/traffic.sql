-- at before-copy
UPDATE t SET id = UPPER(id) WHERE v % 3 = 0;
INSERT INTO t (id, v) VALUES ('k999n', 999);
DELETE FROM t WHERE v % 50 = 49;
-- at copying
UPDATE t SET id = CONCAT(id, ' is too long') WHERE v = 1200;
