-- at before-copy
UPDATE t SET a = 0 WHERE id % 3 = 0;
INSERT INTO t (id, a, b, c, d) VALUES (100403, 0, 0.00, x'0000', 9223372036854775808);
DELETE FROM t WHERE id % 50 = 49;
