CREATE TABLE t (
  id INT NOT NULL,
  a INET4,
  b INET6,
  c UUID,
  PRIMARY KEY (id)
);
INSERT INTO t (id, a, b, c) SELECT seq, INET_NTOA(seq), CONCAT('::', HEX(seq)), CONCAT(LPAD(HEX(seq), 8, '0'), '-e89b-12d3-a456-426614174000') FROM seq_1_to_1500;
INSERT INTO t (id, a, b, c) VALUES
  (-1000, '0.0.0.0', '::', '00000000-0000-0000-0000-000000000000'),
  (-999, '255.255.255.255', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
  (-998, '127.0.0.1', '::ffff:192.168.0.1', '123e4567-e89b-12d3-a456-426614174000'),
  (-997, NULL, '2001:db8::1', '123e4567-e89b-42d3-a456-426614174000'),
  (-996, '0.0.0.0', NULL, '017f22e2-79b0-7cc3-98c4-dc0c0c07398f'),
  (-995, '255.255.255.255', '::', NULL);
INSERT INTO t (id, a, b, c) VALUES
  (1601, '0.0.0.0', '::', '00000000-0000-0000-0000-000000000000'),
  (1602, '255.255.255.255', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
  (1603, '127.0.0.1', '::ffff:192.168.0.1', '123e4567-e89b-12d3-a456-426614174000'),
  (1604, NULL, '2001:db8::1', '123e4567-e89b-42d3-a456-426614174000'),
  (1605, '0.0.0.0', NULL, '017f22e2-79b0-7cc3-98c4-dc0c0c07398f'),
  (1606, '255.255.255.255', '::', NULL);
