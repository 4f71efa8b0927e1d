CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(20) CHARACTER SET latin1,
  b CHAR(5) CHARACTER SET latin1,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b) SELECT seq, CONCAT('v', seq), seq FROM seq_1_to_1500;
INSERT INTO t (id, a, b) VALUES
  (-1000, _latin1 x'81', _latin1 x'81'),
  (-999, _latin1 x'8D', _latin1 x'8D'),
  (-998, _latin1 x'8F', _latin1 x'8F'),
  (-997, _latin1 x'90', _latin1 x'90'),
  (-996, _latin1 x'9D', _latin1 x'9D'),
  (-995, _latin1 x'80', _latin1 x'80'),
  (-994, _latin1 x'A0', _latin1 x'A0'),
  (-993, _latin1 x'FF', _latin1 x'FF'),
  (-992, _latin1 x'00', _latin1 x'00'),
  (-991, _latin1 x'20', _latin1 x'20'),
  (-990, _latin1 x'', _latin1 x''),
  (-989, NULL, NULL);
INSERT INTO t (id, a, b) VALUES
  (1601, _latin1 x'81', _latin1 x'81'),
  (1602, _latin1 x'8D', _latin1 x'8D'),
  (1603, _latin1 x'8F', _latin1 x'8F'),
  (1604, _latin1 x'90', _latin1 x'90'),
  (1605, _latin1 x'9D', _latin1 x'9D'),
  (1606, _latin1 x'80', _latin1 x'80'),
  (1607, _latin1 x'A0', _latin1 x'A0'),
  (1608, _latin1 x'FF', _latin1 x'FF'),
  (1609, _latin1 x'00', _latin1 x'00'),
  (1610, _latin1 x'20', _latin1 x'20'),
  (1611, _latin1 x'', _latin1 x''),
  (1612, NULL, NULL);
