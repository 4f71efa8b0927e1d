SET sql_mode = 'ALLOW_INVALID_DATES';
CREATE TABLE t (
  id INT NOT NULL,
  a DATE,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a) SELECT seq, '2024-01-01' + INTERVAL seq DAY FROM seq_1_to_1500;
INSERT INTO t (id, a) VALUES
  (-1000, '0000-00-00'),
  (-999, '2024-00-00'),
  (-998, '2024-02-00'),
  (-997, '2024-02-31'),
  (-996, '0001-01-01'),
  (-995, '9999-12-31'),
  (-994, '2024-02-29'),
  (-993, NULL);
INSERT INTO t (id, a) VALUES
  (1601, '0000-00-00'),
  (1602, '2024-00-00'),
  (1603, '2024-02-00'),
  (1604, '2024-02-31'),
  (1605, '0001-01-01'),
  (1606, '9999-12-31'),
  (1607, '2024-02-29'),
  (1608, NULL);
