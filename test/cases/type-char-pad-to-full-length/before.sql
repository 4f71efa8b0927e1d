SET sql_mode = 'PAD_CHAR_TO_FULL_LENGTH';
CREATE TABLE t (
  id INT NOT NULL,
  a CHAR(6),
  b CHAR(3) CHARACTER SET latin1,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b) SELECT seq, seq, seq % 900 FROM seq_1_to_1500;
INSERT INTO t (id, a, b) VALUES
  (-1000, 'a  ', 'b'),
  (-999, '', 'b'),
  (-998, NULL, 'b');
INSERT INTO t (id, a, b) VALUES
  (1601, 'a  ', 'b'),
  (1602, '', 'b'),
  (1603, NULL, 'b');
