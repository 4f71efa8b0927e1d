import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Server } from '../../src/db/server.js';
import type { Session } from '../../src/db/session.js';
import { comparableSql } from '../../src/schema/comparable.js';
import { readTable } from '../../src/schema/introspect.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let session: Session;

beforeAll(async () => {
  database = await testDatabase();
  session = await new Server(database.settings).connect('a test');
  await session.execute(`USE ${database.name}`);
});
afterAll(async () => {
  await session.close();
  await database.drop();
});

/** Columns of both types, with each value stored in the source and, converted without any strictness, in the shadow. */
async function pair(from: string, to: string, values: readonly string[]) {
  await session.execute('DROP TABLE IF EXISTS source, shadow');
  await session.execute(`CREATE TABLE source (id INT PRIMARY KEY, c ${from})`);
  await session.execute(`CREATE TABLE shadow (id INT PRIMARY KEY, c ${to})`);
  const [source, shadow] = [await column('source'), await column('shadow')];
  await session.execute("SET SESSION sql_mode = 'ALLOW_INVALID_DATES'");
  for (const [id, value] of values.entries()) await session.execute(`INSERT INTO source VALUES (${id}, ${value})`);
  await session.execute('INSERT IGNORE INTO shadow SELECT * FROM source');
  await session.execute("SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'");
  return { source, shadow };
}

async function column(table: string) {
  const read = await readTable(session, { schema: database.name, table });
  return read!.columns[1]!;
}

/** For each value, whether both sides say the same; null when the pair is refused. */
async function agreements(from: string, to: string, values: readonly string[]): Promise<(string | null)[] | null> {
  const mapping = await pair(from, to, values);
  const source = comparableSql(mapping, 'source', '`source`.`c`');
  const shadow = comparableSql(mapping, 'shadow', '`shadow`.`c`');
  expect(source === null).toBe(shadow === null);
  if (source === null || shadow === null) return null;
  // As the verifier does: inside a CONCAT with other text.
  const rows = await session.query(
    `SELECT CAST(CONCAT('é', ${source}) AS BINARY) <=> CAST(CONCAT('é', ${shadow}) AS BINARY) same,
       source.c IS NULL AND ${source} IS NOT NULL invented FROM source JOIN shadow USING (id) ORDER BY id`,
  );
  expect(rows.every((row) => row['invented'] === '0')).toBe(true);
  return rows.map((row) => row['same'] ?? null);
}

describe('what is kept is equal, what is lost is not', () => {
  test.each<[from: string, to: string, kept: readonly string[], lost: readonly string[]]>([
    ['INT', 'INT', ['0', '-1', '2147483647', 'NULL'], []],
    ['INT', 'BIGINT', ['-2147483648', '5'], []],
    ['BIGINT UNSIGNED', 'INT', ['5', '0'], ['18446744073709551615', '4294967296']],
    ['INT', 'INT UNSIGNED', ['5'], ['-5']],
    ['INT(6) ZEROFILL', 'BIGINT', ['5', '1234567'], []],
    ['INT', 'DECIMAL(12,3)', ['-7', '999999999'], ['2147483647']],
    ['DECIMAL(12,3)', 'DECIMAL(14,5)', ['1.5', '-0.001', '0'], []],
    ['DECIMAL(12,3)', 'DECIMAL(12,1)', ['1.5', '2'], ['1.55', '0.001']],
    ['DECIMAL(12,3)', 'INT', ['7.000'], ['7.4', '7.6']],
    ['DECIMAL(65,0)', 'DECIMAL(60,0)', ['5', '9'.padEnd(60, '9')], ['9'.padEnd(65, '9')]],
    ['BIT(64)', 'BIGINT UNSIGNED', ["b'1'", '18446744073709551615'], []],
    ['BIT(9)', 'BIT(8)', ['255'], ['256']],
    ['BIGINT', 'BIT(64)', ['5'], []],
    ['YEAR', 'INT', ['2024', '0'], []],
    ['INT', 'YEAR', ['2024', '0'], ['5', '99999']],
    ['FLOAT', 'FLOAT', ['0.1', '1e30', 'NULL'], []],
    ['FLOAT', 'DOUBLE', ['0.1', '16777217'], []],
    ['DOUBLE', 'FLOAT', ['0.5'], ['0.1', '16777217']],
    ['DOUBLE(10,2)', 'DOUBLE', ['1.25', '3.1'], []],
    ['VARCHAR(10)', 'VARCHAR(5)', ["'abcde'", "''", "'é'"], ["'abcdef'", "'abcde '"]],
    ['VARCHAR(10)', 'CHAR(10)', ["'a'"], ["'a '"]],
    ['CHAR(10)', 'VARCHAR(10)', ["'a'", "'a '"], []],
    ['VARCHAR(100)', 'TEXT', ["'a '", "'ß'"], []],
    ['VARCHAR(10) CHARACTER SET latin1', 'VARCHAR(10) CHARACTER SET utf8mb4', ["'é'", "_latin1 x'80'", "'a '"], []],
    ['VARCHAR(10) CHARACTER SET utf8mb4', 'VARCHAR(10) CHARACTER SET latin1', ["'é'", "'?'"], ["'ж'", "'😀'"]],
    ['VARCHAR(10) CHARACTER SET utf8mb4', 'VARCHAR(10) CHARACTER SET utf16', ["'é'", "'😀'", "''"], []],
    ['VARCHAR(10) COLLATE utf8mb4_general_ci', 'VARCHAR(10) COLLATE utf8mb4_bin', ["'é'"], []],
    ["ENUM('a','b','')", "ENUM('a','b','')", ["'a'", "''", "'zz'"], []],
    ["ENUM('a','b')", "ENUM('b','c','a')", ["'a'", "'b'", 'NULL'], []],
    ["ENUM('a','b')", "ENUM('b')", ["'b'"], ["'a'"]],
    ["ENUM('a','b')", 'VARCHAR(5)', ["'a'"], []],
    ['VARCHAR(5)', "ENUM('a','b')", ["'a'"], ["'c'", "'A'"]],
    ["SET('a','b')", "SET('x','a','b')", ["'a,b'", "''"], []],
    ["SET('a','b')", "SET('b')", ["'b'"], ["'a,b'"]],
    ['BINARY(4)', 'BINARY(8)', ["x'6100'", "x''"], []],
    ['BINARY(8)', 'BINARY(4)', ["x'61'"], ["x'6162636465'"]],
    ['BINARY(4)', 'VARBINARY(9)', ["x'6100'", "x'00ff'"], []],
    ['VARBINARY(4)', 'BLOB', ["x'6100'", "x''", "x'00ff'"], []],
    ['DATETIME(6)', 'DATETIME', ["'2024-01-02 03:04:05'"], ["'2024-01-02 03:04:05.6'"]],
    ['DATETIME', 'DATETIME(3)', ["'2024-01-02 03:04:05'", "'0000-00-00'", "'2024-02-31 00:00:00'"], []],
    ['DATE', 'DATETIME', ["'2024-01-02'", "'0000-00-00'", "'2024-02-31'"], []],
    ['DATETIME', 'DATE', ["'2024-01-02'"], ["'2024-01-02 00:00:01'"]],
    ['TIME(2)', 'TIME', ["'-10:11:12'", "'838:59:59'"], ["'-10:11:12.5'"]],
    ['TIMESTAMP(6) NULL', 'TIMESTAMP NULL', ["'2024-01-02 03:04:05'", 'NULL'], ["'2024-01-02 03:04:05.000001'"]],
    ['INT', 'VARCHAR(20)', ['5', '-5'], []],
    ['DECIMAL(6,2)', 'VARCHAR(20)', ['1.5', '-0.01'], []],
    ['DECIMAL(6,2)', 'VARCHAR(3)', [], ['111.5']],
    ['BIGINT', 'VARCHAR(20) CHARACTER SET utf16', ['5'], []],
    ['UUID', 'CHAR(36)', ["'123e4567-e89b-12d3-a456-426614174000'"], []],
    ['INET6', 'VARCHAR(39)', ["'::1'", "'192.168.0.1'"], []],
    ['UUID', 'UUID', ["'123e4567-e89b-12d3-a456-426614174000'", 'NULL'], []],
    ['JSON', 'JSON', ['\'{"a": 1}\''], []],
    ['POINT', 'GEOMETRY', ["ST_GeomFromText('POINT(1 2)', 4326)"], []],
    ['GEOMETRY', 'GEOMETRY', ["ST_GeomFromText('POINT(1 2)', 4326)"], []],
    ['VARCHAR(20)', 'VARCHAR(20) COMPRESSED', ["'abc'"], []],
  ])('%s to %s', async (from, to, kept, lost) => {
    const same = await agreements(from, to, [...kept, ...lost]);
    expect(same).toEqual([...kept.map(() => '1'), ...lost.map(() => '0')]);
  });
});

test('different values of one type are different', async () => {
  for (const [type, a, b] of [
    ['FLOAT', '16777216', '16777218'],
    ["ENUM('a','')", "'zz'", "''"],
    ['DOUBLE', '0.1', '0.10000000000000002'],
    ['DATETIME(6)', "'2024-01-01 00:00:00.000001'", "'2024-01-01 00:00:00.000002'"],
    ['VARCHAR(9) COLLATE utf8mb4_general_ci', "'a'", "'A'"],
    ['VARCHAR(9)', "'a'", "'a '"],
    ['BINARY(3)', "x'00'", "x'01'"],
    ['BIT(9)', '254', '255'],
    ['GEOMETRY', "ST_GeomFromText('POINT(1 2)', 4326)", "ST_GeomFromText('POINT(1 2)', 0)"],
  ] as const) {
    const mapping = await pair(type, type, [a, b]);
    const sql = comparableSql(mapping, 'source', 'c')!;
    const { n } = await session.queryOne(`SELECT COUNT(DISTINCT CAST(${sql} AS BINARY)) n FROM source`);
    expect([type, n]).toEqual([type, '2']);
  }
});

test('pairs that nobody could prove are refused', async () => {
  for (const [from, to] of [
    ['TIMESTAMP NULL', 'DATETIME'],
    ['DATETIME', 'TIMESTAMP NULL'],
    ['DATE', 'TIMESTAMP NULL'],
    ['TIME', 'DATETIME'],
    ['VARCHAR(20)', 'INT'],
    ['VARCHAR(36)', 'UUID'],
    ['VARCHAR(20)', 'DATE'],
    ['DATE', 'VARCHAR(20)'],
    ['FLOAT', 'VARCHAR(20)'],
    ['DOUBLE', 'DECIMAL(10,2)'],
    ['INT', 'DOUBLE'],
    ['VARBINARY(4)', 'BINARY(4)'],
    ['VARCHAR(4)', 'VARBINARY(4)'],
    ['BLOB', 'TEXT'],
    ['BIT(8)', 'CHAR(1)'],
    ['INT', "ENUM('1','2')"],
    ["SET('a','b')", "SET('b','a')"],
    ['DECIMAL(65,0)', 'DECIMAL(65,10)'],
    ['YEAR', 'DATE'],
    ['YEAR', 'CHAR(4)'],
    ['INT(5) ZEROFILL', 'VARCHAR(20)'],
    ['DECIMAL(9,2) ZEROFILL', 'TEXT'],
  ] as const) {
    expect([from, to, await agreements(from, to, [])]).toEqual([from, to, null]);
  }
});
