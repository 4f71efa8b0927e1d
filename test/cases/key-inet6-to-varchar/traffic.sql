-- at before-copy
UPDATE t SET ip = CONCAT('2001:db8:1::', HEX(v)) WHERE v % 10 = 0;
-- at copying
DELETE FROM t WHERE v BETWEEN 30 AND 39;
-- at copied
INSERT INTO t VALUES ('::', 1);
