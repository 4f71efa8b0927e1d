import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Server } from '../../src/db/server.js';
import type { Session } from '../../src/db/session.js';
import { keyAfterSql, keySelectSql, keyUpToSql } from '../../src/schema/key-literal.js';
import { record, watch } from '../support/binlog-recorder.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

/** A type of key column, and values in its own order, as SQL. */
type Case = readonly [type: string, values: readonly string[]];

const integers: readonly Case[] = [
  ['TINYINT', ['-128', '-1', '0', '127']],
  ['TINYINT UNSIGNED', ['0', '255']],
  ['SMALLINT', ['-32768', '32767']],
  ['SMALLINT UNSIGNED', ['0', '65535']],
  ['MEDIUMINT', ['-8388608', '-1', '8388607']],
  ['MEDIUMINT UNSIGNED', ['0', '16777215']],
  ['INT', ['-2147483648', '2147483647']],
  ['INT UNSIGNED', ['0', '4294967295']],
  ['INT(7) UNSIGNED ZEROFILL', ['17', '4294967295']],
  [
    'BIGINT',
    ['-9223372036854775808', '-9007199254740993', '-9007199254740992', '-1', '9007199254740992', '9223372036854775807'],
  ],
  ['BIGINT UNSIGNED', ['0', '9007199254740993', '9223372036854775808', '18446744073709551615']],
  ['BIGINT UNSIGNED ZEROFILL', ['5', '18446744073709551615']],
  ['BIT(1)', ['0', '1']],
  ['BIT(13)', ['1', '8191']],
  ['BIT(48)', ['1', '281474976710655']],
  ['BIT(49)', ['1', '562949953421311']],
  ['BIT(64)', ['0', '9007199254740993', '18446744073709551615']],
  ['YEAR', ['0', '1901', '2155']],
  ["ENUM('a','b,c','','d''e')", ["'a'", "'b,c'", "''", "'d''e'"]],
  [`ENUM(${Array.from({ length: 300 }, (_, i) => `'m${i}'`).join(',')})`, ["'m0'", "'m254'", "'m255'", "'m299'"]],
  ["SET('a','b','c')", []],
  [`SET(${Array.from({ length: 63 }, (_, i) => `'m${i}'`).join(',')})`, ['0', '1', '4611686018427387905']],
];

const nines = (count: number): string => '9'.repeat(count);
const decimals: readonly Case[] = [
  ['DECIMAL(65,30)', [`-${nines(35)}.${nines(30)}`, '-1', `0.${'0'.repeat(29)}1`, '1.5', `${nines(35)}.${nines(30)}`]],
  ['DECIMAL(65,0)', [`-${nines(65)}`, '0', nines(65)]],
  ['DECIMAL(2,2)', ['-0.01', '0', '0.5', '0.99']],
  ['DECIMAL(10,3) ZEROFILL', ['0', '5.5', '1234567.891']],
  ['DECIMAL(18,9)', ['-123456789.123456789', '-0.000000001', '100000000.000000001']],
  ['DECIMAL(1,0)', ['-9', '0', '9']],
];

const texts: readonly Case[] = [
  ['CHAR(10) CHARACTER SET latin1', ["''", "'a b'", "_latin1 x'81'", "_latin1 x'FF'"]],
  ['CHAR(255) CHARACTER SET utf8mb4', ["'a'", "REPEAT('é', 255)", "REPEAT('😀', 255)"]],
  ['CHAR(10) CHARACTER SET ucs2', ["'a'", "'é'"]],
  ['CHAR(100) CHARACTER SET utf16', ["'a'", "'😀'"]],
  ['VARCHAR(10) CHARACTER SET utf8mb4', ["''", "'a '", "'b'"]],
  ['VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin', ["''", "'a'", "'a '", "'b'"]],
  ['VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_uca1400_ai_ci', ["'ä'", "'B'"]],
  ['VARCHAR(255) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin', ["'a'", "REPEAT('é', 255)"]],
  ['VARCHAR(10) CHARACTER SET utf16', ["''", "'é😀'"]],
  ['VARCHAR(200) CHARACTER SET utf32', ["'a'", "'é'"]],
  ['VARCHAR(10) CHARACTER SET sjis', ["'2'", "_sjis x'8140'"]],
  ['VARCHAR(10) CHARACTER SET gbk', ["'2'", "_gbk x'8140'"]],
  ['VARCHAR(10) CHARACTER SET big5', ["'2'", "_big5 x'A440'"]],
  ['VARCHAR(255) CHARACTER SET ascii', ["'a'", "REPEAT('z', 255)"]],
  ['VARCHAR(256) CHARACTER SET ascii', ["'a'", "REPEAT('z', 256)"]],
  ['BINARY(4)', ["x''", "x'01020000'", "x'20202020'", "x'FFFFFFFF'"]],
  ['BINARY(255)', ["x'00'", "REPEAT(x'FF', 255)"]],
  ['VARBINARY(10)', ["x''", "x'00'", "x'0000'", "'a '"]],
  ['VARBINARY(300)', ["x'00'", "REPEAT(x'00', 300)"]],
];

const temporals: readonly Case[] = [
  ['DATE', ["'0000-00-00'", "'2024-00-00'", "'2024-02-31'", "'9999-12-31'"]],
  ['DATETIME', ["'0000-00-00'", "'1000-01-01'", "'9999-12-31 23:59:59'"]],
  ['DATETIME(1)', ["'0000-00-00'", "'9999-12-31 23:59:59.9'"]],
  ['DATETIME(3)', ["'2024-02-29 12:34:56.789'", "'9999-12-31 23:59:59.999'"]],
  ['DATETIME(6)', ["'0000-00-00'", "'2024-02-31 00:00:00.000001'", "'9999-12-31 23:59:59.999999'"]],
  ['TIMESTAMP', ["'0000-00-00'", "'1970-01-01 00:00:01'", "'2038-01-19 03:14:07'"]],
  ['TIMESTAMP(2)', ["'0000-00-00'", "'2024-02-29 12:34:56.07'"]],
  ['TIMESTAMP(6)', ["'0000-00-00'", "'1970-01-01 00:00:01.000001'", "'2038-01-19 03:14:07.999999'"]],
  ['TIME', ["'-838:59:59'", "'-00:01:00'", "'-00:00:01'", "'00:00:00'", "'838:59:59'"]],
  ['TIME(1)', ["'-838:59:59.9'", "'-00:00:01.0'", "'-00:00:00.1'", "'00:00:00.9'"]],
  ['TIME(2)', ["'-01:00:00.01'", "'-01:00:00.00'", "'100:00:00.99'"]],
  ['TIME(3)', ["'-838:59:59.999'", "'-00:00:01.001'", "'00:00:00.001'"]],
  ['TIME(4)', ["'-00:00:01.0001'", "'-00:00:01'", "'00:00:00.9999'"]],
  ['TIME(6)', ["'-838:59:59.999999'", "'-00:01:00'", "'-00:00:00.000001'", "'0'", "'838:59:59.999999'"]],
];

const networks: readonly Case[] = [
  ['INET4', ["'0.0.0.0'", "'1.2.3.0'", "'32.32.32.32'", "'255.255.255.255'"]],
  ['INET6', ["'::'", "'::ffff:1.2.3.4'", "'ff::'", "'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'"]],
  [
    'UUID',
    // Versions and variants on both sides of every rule that decides in which order the bytes are stored.
    ['00', '01', '10', '5f', '60', '70', 'ff'].flatMap((version) =>
      (version === 'ff' ? ['bf', 'ff'] : ['00', '7f', '80', 'bf', 'ff']).map(
        (variant) => `'a1b2c3d4-e5f6-${version}17-${variant}19-1a1b1c1d1e00'`,
      ),
    ),
  ],
];

let db: TestDatabase;
let session: Session;

beforeAll(async () => {
  db = await testDatabase();
  session = await new Server(db.settings).connect('key literals');
  await session.execute(`USE ${db.name}`);
});
afterAll(async () => {
  await session.close();
  await db.drop();
});

describe.each([
  ['integers', integers],
  ['decimals', decimals],
  ['texts', texts],
  ['temporals', temporals],
  ['networks', networks],
] as const)('%s', (_, cases) => {
  it.each(cases)('%s', async (type, values) => {
    await session.execute(
      `CREATE OR REPLACE TABLE k (a TEXT, c ${type} NOT NULL, n INT NOT NULL AUTO_INCREMENT, PRIMARY KEY (c), KEY (n))`,
    );
    await session.execute(`CREATE OR REPLACE TABLE k2 (n INT NOT NULL, z INT, c ${type} NOT NULL, PRIMARY KEY (n, c))`);
    const [k, k2] = [await watch(session, db.name, 'k'), await watch(session, db.name, 'k2')];
    await using recording = await record(db.server, session, [k, k2]);

    for (const value of values.length > 0 ? values : ['0', '1', '7']) {
      await session.execute(`INSERT INTO k (a, c) VALUES (REPEAT('x', 300), ${value})`);
    }
    const inserted = await session.query('SELECT n FROM k ORDER BY n');
    await session.execute('INSERT INTO k2 SELECT n, NULL, c FROM k ORDER BY n');
    const said = await recording.settle();

    const own = await session.query(`SELECT ${keySelectSql(k.key.columns, 'k')} AS literal FROM k ORDER BY n`);
    const pairs = await session.query(`SELECT ${keySelectSql(k2.key.columns, 'k2')} AS literal FROM k2 ORDER BY n`);
    expect(said).toEqual([
      ...own.map((row) => `k written ${row['literal']!}`),
      ...pairs.map((row) => `k2 written ${row['literal']!}`),
    ]);
    expect(own).toHaveLength(inserted.length);

    const sorted = await session.query(`SELECT n, ${keySelectSql(k.key.columns, 'k')} AS literal FROM k ORDER BY c`);
    for (const [place, row] of sorted.entries()) {
      const literal = row['literal']!;
      const explained = await session.query(`EXPLAIN SELECT n FROM k WHERE c = ${literal}`);
      expect(explained[0]!['type'], literal).toBe('const');
      expect(await numbers(`SELECT n FROM k WHERE c = ${literal}`)).toEqual([row['n']]);
      expect(await numbers(`SELECT n FROM k2 WHERE (n, c) IN ((${row['n']!},${literal}))`)).toEqual([row['n']]);
      const after = await numbers(`SELECT n FROM k WHERE ${keyAfterSql(k.key.columns, 'k', literal)} ORDER BY c`);
      expect(after).toEqual(sorted.slice(place + 1).map((later) => later['n']));
      const upTo = await numbers(`SELECT n FROM k WHERE ${keyUpToSql(k.key.columns, 'k', literal)} ORDER BY c`);
      expect(upTo).toEqual(sorted.slice(0, place + 1).map((earlier) => earlier['n']));
    }
  });
});

async function numbers(sql: string): Promise<(string | null | undefined)[]> {
  return (await session.query(sql)).map((row) => row['n']);
}

describe('columns around the key', () => {
  it('are stepped over, whatever their types', async () => {
    await session.execute(`CREATE TABLE wide (
      a1 TINYINT, a2 SMALLINT, a3 MEDIUMINT, a4 INT, a5 BIGINT, a6 FLOAT, a7 DOUBLE, a8 DECIMAL(30,7), a9 BIT(13), a10 YEAR,
      b1 DATE, b2 TIME(3), b3 DATETIME(5), b4 TIMESTAMP(1) NULL, b5 TIME, b6 DATETIME, b7 TIMESTAMP NULL,
      c1 CHAR(10), c2 CHAR(255), c3 VARCHAR(10), c4 VARCHAR(1000), c5 BINARY(7), c6 VARBINARY(300), c7 VARCHAR(500) COMPRESSED,
      d1 TINYTEXT, d2 TEXT, d3 MEDIUMTEXT, d4 LONGTEXT, d5 TINYBLOB, d6 LONGBLOB, d7 BLOB COMPRESSED, d8 JSON,
      e1 ENUM('a','b'), e2 SET('a','b','c','d','e','f','g','h','i'), e3 POINT, e4 GEOMETRY, e5 UUID, e6 INET6, e7 INET4,
      id INT PRIMARY KEY,
      f1 INT AS (id + 1) VIRTUAL, f2 INT AS (id + 2) STORED, f3 INT INVISIBLE DEFAULT 5, f4 TEXT, UNIQUE (f4))`);
    const wide = await watch(session, db.name, 'wide');
    await using recording = await record(db.server, session, [wide]);
    await session.execute('INSERT INTO wide (id) VALUES (1), (2)');
    await session.execute(`INSERT INTO wide VALUES (1,2,3,4,5,6.5,7.5,-8.25,8191,2024,
      '2024-01-01','-10:00:00.5','2024-01-01 00:00:00.12345','2024-01-01 00:00:00.1','10:00:00','2024-01-01','2024-01-01',
      'é','${'é'.repeat(255)}','é',REPEAT('x',1000),x'0100',REPEAT('y',300),REPEAT('z',500),
      'a',REPEAT('b',30000),REPEAT('c',70000),REPEAT('d',100),'e',REPEAT('f',70000),REPEAT('g',30000),'{"a":1}',
      'b','a,i',POINT(1,2),ST_GeomFromText('LINESTRING(0 0,1 1)'),'123e4567-e89b-12d3-a456-426614174000','::1','1.2.3.4',
      3, DEFAULT, DEFAULT, 'unique')`);
    await session.execute('UPDATE wide SET a4 = 9, c4 = NULL, id = 30 WHERE id = 3');
    await session.execute("UPDATE wide SET d3 = 'x', id = 20 WHERE id = 2");
    await session.execute('DELETE FROM wide ORDER BY id');
    expect(await recording.settle()).toEqual([
      'wide written 1',
      'wide written 2',
      'wide written 3',
      'wide deleted 3',
      'wide written 30',
      'wide deleted 2',
      'wide written 20',
      'wide deleted 1',
      'wide deleted 20',
      'wide deleted 30',
    ]);
  });
});
