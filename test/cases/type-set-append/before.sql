CREATE TABLE t (
  id INT NOT NULL,
  a SET('a','b','c','d','e','f','g','h'),
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, 'a' FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, 'a,h'),
  (-999, ''),
  (-998, 'a,b,c,d,e,f,g,h'),
  (-997, NULL);
INSERT INTO t (id, a) VALUES
  (1601, 'a,h'),
  (1602, ''),
  (1603, 'a,b,c,d,e,f,g,h'),
  (1604, NULL);
