-- at before-copy
DELETE FROM t WHERE v % 10 = 0;
