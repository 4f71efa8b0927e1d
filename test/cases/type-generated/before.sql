CREATE TABLE t (
  id INT NOT NULL,
  a INT,
  s VARCHAR(20),
  PRIMARY KEY (id),
  v BIGINT AS (a * 2) VIRTUAL, w BIGINT AS (a + 1) STORED, z VARCHAR(40) AS (CONCAT(s, '!')) VIRTUAL, UNIQUE KEY (w, id), KEY (z)
);
INSERT INTO t (id, a, s) SELECT seq, seq, CONCAT('x', seq) FROM seq_1_to_1500;
INSERT INTO t (id, a, s) VALUES
  (-1000, 1, ''),
  (-999, NULL, NULL),
  (-998, -1, 'é'),
  (-997, 2147483647, '');
INSERT INTO t (id, a, s) VALUES
  (1601, 1, ''),
  (1602, NULL, NULL),
  (1603, -1, 'é'),
  (1604, 2147483647, '');
