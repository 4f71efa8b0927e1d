CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(20) CHARACTER SET gbk,
  b TEXT CHARACTER SET gbk,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b) SELECT seq, CONCAT('v', seq), seq FROM seq_1_to_1500;
INSERT INTO t (id, a, b) VALUES
  (-1000, _gbk x'815C', _gbk x'815C'),
  (-999, _gbk x'D6D0CEC4', _gbk x'D6D0CEC4'),
  (-998, _gbk x'5C', _gbk x'5C'),
  (-997, _gbk x'A1A1', _gbk x'A1A1'),
  (-996, _gbk x'FE50', _gbk x'FE50'),
  (-995, _gbk x'', _gbk x''),
  (-994, _gbk x'27', _gbk x'27'),
  (-993, _gbk x'5C27', _gbk x'5C27'),
  (-992, NULL, _gbk x'815C');
INSERT INTO t (id, a, b) VALUES
  (1601, _gbk x'815C', _gbk x'815C'),
  (1602, _gbk x'D6D0CEC4', _gbk x'D6D0CEC4'),
  (1603, _gbk x'5C', _gbk x'5C'),
  (1604, _gbk x'A1A1', _gbk x'A1A1'),
  (1605, _gbk x'FE50', _gbk x'FE50'),
  (1606, _gbk x'', _gbk x''),
  (1607, _gbk x'27', _gbk x'27'),
  (1608, _gbk x'5C27', _gbk x'5C27'),
  (1609, NULL, _gbk x'815C');
