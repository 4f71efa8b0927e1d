-- at before-copy
UPDATE t SET id = UPPER(id) WHERE v % 3 = 0;
INSERT INTO t (id, v) VALUES ('with a space n', 1);
DELETE FROM t WHERE v % 50 = 49;
