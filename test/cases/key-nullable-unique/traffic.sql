-- at before-copy
INSERT INTO t VALUES (NULL, 1), (NULL, 1);
DELETE FROM t WHERE a = 7;
