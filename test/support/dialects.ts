/** One way in which a server can write its binlog, and statements that make it do so. */
export interface Dialect {
  readonly name: string;
  /** On a server whose binlog is encrypted on its disk. */
  readonly encrypted?: true;
  /** Global variables for it, set before the tables are made; default again afterwards. */
  readonly globals?: Readonly<Record<string, string>>;
  readonly statements: readonly string[];
}

/** Tables of every kind of key and column; `parent` is watched for the values that foreign keys refer to. */
export const dialectTables: readonly string[] = [
  'CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(300), u INT UNIQUE)',
  `CREATE TABLE numbers (a BIGINT UNSIGNED, b DECIMAL(12,3), c MEDIUMINT, d TINYINT UNSIGNED, e BIT(13), f ENUM('a','b','c'),
    g SET('a','b','c'), h YEAR, x DOUBLE, PRIMARY KEY (a, b, c, d, e, f, g, h))`,
  'CREATE TABLE times (a DATETIME(3), b TIMESTAMP(6), c TIME(2), d DATE, e TIME, f DATETIME, g TIMESTAMP, x INT, PRIMARY KEY (a, b, c, d, e, f, g))',
  `CREATE TABLE texts (x TEXT, a VARCHAR(40) CHARACTER SET utf8mb4, b CHAR(10) CHARACTER SET latin1, c BINARY(4), d VARBINARY(300),
    e UUID, f INET6, PRIMARY KEY (a, b, c, d, e, f))`,
  `CREATE TABLE wide (a FLOAT, b DECIMAL(30,7), c BIT(13), d TIME(3), e DATETIME(5), f CHAR(255), g VARCHAR(1000), h VARCHAR(500) COMPRESSED,
    i TINYTEXT, j MEDIUMTEXT, k LONGBLOB, l JSON, m ENUM('a','b'), n SET('a','b','c','d','e','f','g','h','i'), o POINT, p INET4, id INT PRIMARY KEY,
    q INT AS (id + 1) VIRTUAL, r INT AS (id + 2) STORED, s INT INVISIBLE DEFAULT 5, w TEXT, UNIQUE (w))`,
  'CREATE TABLE parent (id INT PRIMARY KEY, a INT, b VARCHAR(20))',
  'CREATE TABLE other (id INT PRIMARY KEY, v VARCHAR(300))',
  'CREATE TABLE plain (id INT PRIMARY KEY, v VARCHAR(300)) ENGINE=MyISAM',
];

/** Changes of every kind in every watched table. */
const traffic: readonly string[] = [
  "INSERT INTO t VALUES (1,'a',1),(2,NULL,2),(3,REPEAT('c',40),NULL)",
  "UPDATE t SET v = REPEAT('x', 30), id = id + 10 WHERE id > 1 ORDER BY id",
  'DELETE FROM t WHERE id = 12',
  "INSERT INTO numbers VALUES (0,-1.5,-5,0,0,'a','',0,1.5),(18446744073709551615,123456789.125,8388607,255,8191,'c','a,b,c',2155,NULL)",
  'UPDATE numbers SET c = c - 1, x = 2',
  'DELETE FROM numbers WHERE a = 0',
  `INSERT INTO times VALUES ('2024-02-29 12:34:56.789','2024-02-29 12:34:56.000001','-838:59:59.99','2024-02-29','838:59:59','9999-12-31','2038-01-19 03:14:07',1),
    ('1000-01-01','1970-01-01 00:00:01','00:00:00.01','1000-01-01','-00:01:00','1000-01-01 00:00:01','2000-01-01',NULL)`,
  'UPDATE times SET c = ADDTIME(c, 1)',
  'DELETE FROM times WHERE x = 1',
  `INSERT INTO texts VALUES ('x','é😀','a',x'0100',x'00','123e4567-e89b-12d3-a456-426614174000','::1'),
    (NULL,'','',x'FFFFFFFF',REPEAT('y',280),'a1b2c3d4-e5f6-7717-ff19-1a1b1c1d1e00','ff::')`,
  "UPDATE texts SET b = _latin1 x'FF', x = 'y'",
  "DELETE FROM texts WHERE a = ''",
  'INSERT INTO wide (id) VALUES (1)',
  `INSERT INTO wide VALUES (6.5,-8.25,8191,'-10:00:00.5','2024-01-01 00:00:00.12345','é',REPEAT('x',300),REPEAT('z',200),'a',REPEAT('c',300),REPEAT('f',300),
    '{"a":1}','b','a,i',POINT(1,2),'1.2.3.4',3,DEFAULT,DEFAULT,'unique')`,
  "UPDATE wide SET g = NULL, j = 'x', id = id + 10 ORDER BY id",
  'DELETE FROM wide',
  "INSERT INTO parent VALUES (1,1,'a'),(2,NULL,'b')",
  'UPDATE parent SET a = 5, id = id + 10 ORDER BY id',
  'DELETE FROM parent',
  'INSERT INTO other VALUES (1, NULL)',
];

/** Those on an encrypted log are the last. */
export const dialects: readonly Dialect[] = [
  { name: 'checksums', statements: traffic },
  { name: 'no-checksums', globals: { binlog_checksum: 'NONE' }, statements: traffic },
  {
    name: 'checksums-that-change',
    statements: ['NONE', 'CRC32', 'NONE'].flatMap((algorithm, i) => [
      `INSERT INTO t (id) VALUES (${i}), (${i + 10})`,
      `SET GLOBAL binlog_checksum = ${algorithm}`,
    ]),
  },
  { name: 'compressed', globals: { log_bin_compress: 'ON', log_bin_compress_min_len: '10' }, statements: traffic },
  {
    name: 'compressed-no-checksums',
    globals: { log_bin_compress: 'ON', log_bin_compress_min_len: '10', binlog_checksum: 'NONE' },
    statements: traffic,
  },
  { name: 'minimal-images', statements: ['SET binlog_row_image = MINIMAL', ...traffic.slice(0, 16)] },
  { name: 'images-without-blobs', statements: ['SET binlog_row_image = NOBLOB', ...traffic.slice(0, 16)] },
  { name: 'full-metadata', globals: { binlog_row_metadata: 'FULL' }, statements: traffic },
  // The temporal types as MariaDB 5.3 stored them.
  { name: 'old-temporals', globals: { mysql56_temporal_format: 'OFF' }, statements: traffic.slice(0, 3) },
  {
    name: 'rolled-back',
    statements: [
      'BEGIN',
      'INSERT INTO t (id) VALUES (1), (2)',
      'SAVEPOINT `s``1`',
      'DELETE FROM t',
      'INSERT INTO plain (id) VALUES (1)',
      'ROLLBACK TO `s``1`',
      'COMMIT',
      'BEGIN',
      'UPDATE t SET id = id + 10 ORDER BY id',
      'INSERT INTO plain (id) VALUES (2)',
      'ROLLBACK',
      'INSERT INTO t (id) VALUES (3)',
    ],
  },
  {
    name: 'xa',
    statements: [
      "XA START 'a\\'b','branch',7",
      'INSERT INTO t (id) VALUES (1), (2)',
      "XA END 'a\\'b','branch',7",
      "XA PREPARE 'a\\'b','branch',7",
      "XA COMMIT 'a\\'b','branch',7",
      "XA START 'b'",
      'DELETE FROM t',
      "XA END 'b'",
      "XA PREPARE 'b'",
      "XA ROLLBACK 'b'",
      "XA START 'c'",
      'DELETE FROM t WHERE id = 1',
      "XA END 'c'",
      "XA COMMIT 'c' ONE PHASE",
      'INSERT INTO t (id) VALUES (3)',
    ],
  },
  {
    name: 'statements',
    statements: [
      'SET SESSION binlog_format = STATEMENT',
      "SET @x = 'é'",
      'INSERT INTO other VALUES (RAND() * 1000, @x)',
      "SELECT 5001, 'x' INTO OUTFILE '../rows.txt'",
      "LOAD DATA INFILE '../rows.txt' INTO TABLE other",
      "SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'",
      'UPDATE "other" SET v = \'\\\'',
      "SET SESSION sql_mode = DEFAULT, SESSION binlog_format = 'MIXED'",
      'UPDATE other SET v = UUID()',
      "DELETE FROM other WHERE v = 'x'",
      'SET SESSION binlog_format = ROW',
      'CREATE TEMPORARY TABLE tmp (a INT)',
      'DROP TEMPORARY TABLE tmp',
      'ALTER TABLE other ADD c INT',
      'CREATE VIEW w AS SELECT * FROM t',
      'INSERT INTO t (id) VALUES (1)',
      'SET SESSION binlog_format = STATEMENT',
      'INSERT INTO t (id) VALUES (2)',
    ],
  },
  {
    name: 'domains',
    statements: [
      'INSERT INTO t (id) VALUES (1)',
      'SET SESSION gtid_domain_id = 7, SESSION server_id = 99',
      'INSERT INTO t (id) VALUES (2)',
      'SET SESSION gtid_domain_id = 0, SESSION gtid_seq_no = 100000',
      'INSERT INTO t (id) VALUES (3)',
      'FLUSH BINARY LOGS',
      'INSERT INTO t (id) VALUES (4)',
    ],
  },
  {
    name: 'alter-in-two-phases',
    statements: [
      'SET SESSION binlog_alter_two_phase = ON',
      'ALTER TABLE other ADD c INT',
      'INSERT INTO t (id) VALUES (1)',
      'ALTER TABLE t ADD c INT',
    ],
  },
  {
    // A statement of another engine that its cache cannot hold: it has happened, and cannot be logged.
    name: 'incident',
    globals: { max_binlog_stmt_cache_size: '4096', binlog_stmt_cache_size: '4096' },
    statements: [
      'INSERT INTO t (id) VALUES (1)',
      "INSERT INTO plain SELECT seq, REPEAT('x', 200) FROM seq_1_to_200",
      'INSERT INTO t (id) VALUES (2)',
    ],
  },
  {
    name: 'encrypted',
    encrypted: true,
    statements: [...traffic.slice(0, 6), 'FLUSH BINARY LOGS', ...traffic.slice(6, 9)],
  },
];
