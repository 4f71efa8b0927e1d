CREATE TABLE t (
  id INT NOT NULL,
  a ENUM('中','文') CHARACTER SET gbk,
  b SET('é','ü') CHARACTER SET latin1,
  c ENUM('ж','😀') CHARACTER SET utf16,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b, c) SELECT seq, '中', 'é', 'ж' FROM seq_1_to_1500;
INSERT INTO t (id, a, b, c) VALUES
  (-1000, '文', 'é,ü', '😀'),
  (-999, NULL, '', '😀');
INSERT INTO t (id, a, b, c) VALUES
  (1601, '文', 'é,ü', '😀'),
  (1602, NULL, '', '😀');
