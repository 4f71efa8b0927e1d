-- at before-copy
INSERT INTO t VALUES (100, 1);
UPDATE t SET a = 2;
DELETE FROM t WHERE a = 2;
