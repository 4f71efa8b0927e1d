CREATE TABLE t (
  id INT NOT NULL,
  a VARCHAR(20) CHARACTER SET gbk,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, CONCAT('中', seq) FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, _gbk x'815C'),
  (-999, _gbk x'D6D0CEC4'),
  (-998, _gbk x'5C'),
  (-997, _gbk x'27'),
  (-996, _gbk x''),
  (-995, NULL);
INSERT INTO t (id, a) VALUES
  (1601, _gbk x'815C'),
  (1602, _gbk x'D6D0CEC4'),
  (1603, _gbk x'5C'),
  (1604, _gbk x'27'),
  (1605, _gbk x''),
  (1606, NULL);
