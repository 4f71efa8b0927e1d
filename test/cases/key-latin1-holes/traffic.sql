-- at before-copy
UPDATE t SET id = CONCAT(id, CHAR(0x81 USING latin1)) WHERE v % 10 = 0;
-- at copying
DELETE FROM t WHERE id LIKE CONCAT(CHAR(0x8D USING latin1), '%');
INSERT INTO t VALUES (CHAR(0x90 USING latin1), 1), (CHAR(0xFF USING latin1), 2);
-- at copied
UPDATE t SET id = CHAR(0x9D USING latin1) WHERE id = CHAR(0x90 USING latin1);
-- at before-cutover
REPLACE INTO t VALUES (CHAR(0x9D USING latin1), 4), (CHAR(0xA0 USING latin1), 5);
-- at live
UPDATE t SET note = 0 WHERE note % 3 = 1;
DELETE FROM t WHERE v % 50 = 49;
