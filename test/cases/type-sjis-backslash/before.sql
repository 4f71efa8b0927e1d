CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(20) CHARACTER SET sjis,
  b VARCHAR(20) CHARACTER SET cp932,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b) SELECT seq, CONCAT('v', seq), seq FROM seq_1_to_1500;
INSERT INTO t (id, a, b) VALUES
  (-1000, _sjis x'835C', _cp932 x'835C'),
  (-999, _sjis x'815F', _cp932 x'815F'),
  (-998, _sjis x'5C', _cp932 x'5C'),
  (-997, _sjis x'7E', _cp932 x'7E'),
  (-996, _sjis x'B1', _cp932 x'B1'),
  (-995, _sjis x'8140', _cp932 x'8140'),
  (-994, _sjis x'', _cp932 x''),
  (-993, _sjis x'8E5C8E5C', _cp932 x'8E5C8E5C'),
  (-992, NULL, NULL);
INSERT INTO t (id, a, b) VALUES
  (1601, _sjis x'835C', _cp932 x'835C'),
  (1602, _sjis x'815F', _cp932 x'815F'),
  (1603, _sjis x'5C', _cp932 x'5C'),
  (1604, _sjis x'7E', _cp932 x'7E'),
  (1605, _sjis x'B1', _cp932 x'B1'),
  (1606, _sjis x'8140', _cp932 x'8140'),
  (1607, _sjis x'', _cp932 x''),
  (1608, _sjis x'8E5C8E5C', _cp932 x'8E5C8E5C'),
  (1609, NULL, NULL);
