CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(20) CHARACTER SET sjis,
  b VARCHAR(20) CHARACTER SET cp932,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b) SELECT seq, CONCAT('v', seq), seq FROM seq_1_to_1500;
INSERT INTO t (id, a, b) VALUES
  (-1000, _sjis x'835C', _cp932 x'835C'),
  (-999, _sjis x'B1', _cp932 x'5C'),
  (-998, _sjis x'8140', _cp932 x'B1'),
  (-997, _sjis x'', _cp932 x'8140'),
  (-996, _sjis x'7E', _cp932 x''),
  (-995, NULL, NULL);
INSERT INTO t (id, a, b) VALUES
  (1601, _sjis x'835C', _cp932 x'835C'),
  (1602, _sjis x'B1', _cp932 x'5C'),
  (1603, _sjis x'8140', _cp932 x'B1'),
  (1604, _sjis x'', _cp932 x'8140'),
  (1605, _sjis x'7E', _cp932 x''),
  (1606, NULL, NULL);
