import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMigration } from '../../src/migration/create.js';
import type { MigrationOptions } from '../../src/migration/options.js';
import { createOperator } from '../../src/migration/operator.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { tideover } from '../support/tideover.js';

/** Changes by tools and expressions, all the way to the new tables, while rows change at named moments of the run. */

let database: TestDatabase;

beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.drop());

function migration(options: Omit<MigrationOptions, 'connection'>) {
  return createMigration({ connection: database.settings, chunkTimeMs: 20, ...options });
}

function writing(...statements: string[]): () => Promise<void> {
  return async () => {
    for (const statement of statements) await database.query(statement);
  };
}

/** A hook that stops the run. */
function stopping(stop: AbortController): () => Promise<void> {
  return () => {
    stop.abort();
    return Promise.resolve();
  };
}

interface Case {
  readonly name: string;
  readonly create: string;
  readonly fill: string;
  readonly sql: string;
  readonly maps: readonly string[];
  readonly early: readonly string[];
  readonly late: readonly string[];
  /** What is to be read of the new table, and the same as a query over the old one. */
  readonly columns: string;
  readonly expected: string;
}

const cases: readonly Case[] = [
  {
    name: 'NULLs get a value, while the column becomes NOT NULL',
    create: 'CREATE TABLE t (id INT PRIMARY KEY, mtu INT)',
    fill: 'INSERT INTO t SELECT seq, IF(seq % 3, NULL, seq) FROM seq_1_to_4000',
    sql: 'UPDATE t SET mtu = 1500 WHERE mtu IS NULL; ALTER TABLE t MODIFY mtu INT NOT NULL;',
    maps: ['t.mtu=COALESCE(mtu, 1500)'],
    early: ['UPDATE t SET mtu = NULL WHERE id % 7 = 0', 'DELETE FROM t WHERE id % 11 = 0'],
    late: ['UPDATE t SET mtu = 9000 WHERE id % 13 = 0', 'INSERT INTO t VALUES (9001, NULL)'],
    columns: 'id, mtu',
    expected: 'SELECT id, COALESCE(mtu, 1500) AS mtu FROM t',
  },
  {
    name: 'a column is split into two, and two are merged into one',
    create:
      "CREATE TABLE t (id INT PRIMARY KEY, full_name VARCHAR(80) NOT NULL, street VARCHAR(40), town VARCHAR(40) DEFAULT 'X')",
    fill: "INSERT INTO t SELECT seq, CONCAT('first', seq, ' last', seq % 50), CONCAT('street ', seq), IF(seq % 9, CONCAT('töwn', seq), NULL) FROM seq_1_to_3000",
    sql: 'ALTER TABLE t ADD first VARCHAR(40) NOT NULL, ADD last VARCHAR(40) NOT NULL, ADD address VARCHAR(90), DROP full_name, DROP street, DROP town; SELECT 1;',
    maps: [
      "t.first=SUBSTRING_INDEX(full_name, ' ', 1)",
      "t.last=SUBSTRING(full_name, LOCATE(' ', full_name) + 1)",
      "t.address=CONCAT_WS(', ', street, town)",
    ],
    early: ["UPDATE t SET full_name = 'Ada Lovelace' WHERE id % 5 = 0", 'UPDATE t SET town = NULL WHERE id % 4 = 0'],
    late: ["INSERT INTO t VALUES (9001, 'Grace Hopper', NULL, 'Arlington')", 'DELETE FROM t WHERE id % 17 = 0'],
    columns: 'id, first, last, address',
    expected:
      "SELECT id, SUBSTRING_INDEX(full_name, ' ', 1) AS first, SUBSTRING(full_name, LOCATE(' ', full_name) + 1) AS last, CONCAT_WS(', ', street, town) AS address FROM t",
  },
  {
    name: 'computed columns of every family of types',
    create: 'CREATE TABLE t (id INT PRIMARY KEY, n INT NOT NULL, s VARCHAR(20) CHARACTER SET latin1, at DATETIME)',
    fill: "INSERT INTO t SELECT seq, seq, CONCAT('sé', seq), '2024-01-01' + INTERVAL seq MINUTE FROM seq_1_to_2000",
    sql: `ALTER TABLE t ADD d DECIMAL(12,3), ADD f FLOAT, ADD g DOUBLE, ADD b VARBINARY(30), ADD e ENUM('odd','even'), ADD c CHAR(12), ADD fixed BINARY(6),
      ADD day DATE, ADD t3 TIME(3), ADD big BIGINT UNSIGNED, ADD bits BIT(9), ADD y YEAR, ADD tx MEDIUMTEXT; SELECT 1;`,
    maps: [
      't.d=n / 7',
      't.f=n / 3',
      't.g=SQRT(n)',
      't.b=UNHEX(MD5(s))',
      "t.e=IF(n % 2, 'odd', 'even')",
      "t.c=CONCAT(s, '  ')",
      't.fixed=LEFT(s, 3)',
      't.day=DATE(at)',
      't.t3=TIME(at)',
      't.big=CAST(n AS UNSIGNED) * 9000000000',
      't.bits=n & 255',
      't.y=YEAR(at)',
      't.tx=REPEAT(s, 3)',
    ],
    early: ["UPDATE t SET s = CONCAT(s, 'x'), n = n + 1 WHERE id % 5 = 0"],
    late: ['DELETE FROM t WHERE id % 9 = 0', "INSERT INTO t VALUES (5000, 17, 'ü', NULL)"],
    columns: 'id, n, s, at, d, HEX(b) AS b, e, c, day, tx',
    expected:
      "SELECT id, n, s, at, CAST(n / 7 AS DECIMAL(12,3)) AS d, HEX(UNHEX(MD5(s))) AS b, IF(n % 2, 'odd', 'even') AS e, s AS c, DATE(at) AS day, REPEAT(s, 3) AS tx FROM t",
  },
];

test.each(cases)('$name', async ({ create, fill, sql, maps, early, late, columns, expected }) => {
  await database.query(create);
  await database.query(fill);
  const run = migration({
    sql: [sql],
    maps,
    hooks: { 'before-copy': [writing(...early)], 'before-cutover': [writing(...late)] },
  });
  const report = await run.run();
  expect(report).toMatchObject({ lostWrites: 0, rowsRepaired: 0 });
  const now = await database.query(`SELECT ${columns} FROM t ORDER BY id`);
  await database.query(`USE ${database.name}__retired`);
  expect(now).toEqual(await database.query(`${expected} ORDER BY id`));
  await database.query(`USE ${database.name}`);
});

test('an expression that a row does not fit is refused with the row’s key', async () => {
  await database.query('CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(40))');
  await database.query("INSERT INTO t VALUES (1, 'short'), (2, 'much longer than that'), (3, NULL)");
  const { refusals } = await migration({
    alter: ['ALTER TABLE t ADD code VARCHAR(6) NOT NULL'],
    maps: ["t.code=CONCAT(s, '!')"],
  }).plan();
  expect(refusals.map(({ code }) => code)).toEqual(['null-values', 'values-too-long']);
  expect(refusals.map(({ message }) => message).join()).toMatch(/\(id\) = \(3\).*\(id\) = \(2\)/s);
});

test('a key that is computed drives nothing', async () => {
  await database.query('CREATE TABLE t (id INT PRIMARY KEY, v INT)');
  const { refusals } = await migration({ alter: ['ALTER TABLE t ADD x INT'], maps: ['t.id=id + 1'] }).plan();
  expect(refusals.map(({ code }) => code)).toEqual(['no-usable-key']);
});

test('a table under a new name is copied and compared', async () => {
  await database.query('CREATE TABLE old_name (id INT PRIMARY KEY, v INT)');
  await database.query('INSERT INTO old_name SELECT seq, seq FROM seq_1_to_2000');
  const report = await migration({
    sql: ['RENAME TABLE old_name TO new_name; ALTER TABLE new_name RENAME COLUMN v TO value;'],
    hooks: { 'before-copy': [writing('UPDATE old_name SET v = -v WHERE id % 3 = 0')] },
  }).verify();
  expect(report).toMatchObject({ rowsCopied: 2000, rowsRepaired: 0 });
  const sum = `SELECT SUM(value) AS s FROM ${database.name}__shadow.new_name`;
  expect(await database.query(sum)).toEqual(await database.query('SELECT SUM(v) AS s FROM old_name'));
});

describe('a run that is taken up again', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tideover-test-'));
    await database.query('CREATE TABLE t (id INT PRIMARY KEY, v INT)');
    await database.query('INSERT INTO t SELECT seq, seq FROM seq_1_to_500');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** A command that notes each of its runs. */
  async function command(): Promise<string> {
    const file = join(folder, 'migrate.mjs');
    const client = import.meta.resolve('mysql2/promise');
    await writeFile(
      file,
      `import mysql from ${JSON.stringify(client)}; import { appendFileSync } from 'node:fs';
       appendFileSync(${JSON.stringify(join(folder, 'runs'))}, process.env.TIDEOVER_SHADOW_DATABASE + '\\n');
       const c = await mysql.createConnection(process.env.TIDEOVER_SHADOW_URL);
       await c.query('ALTER TABLE t ADD COLUMN note INT NOT NULL DEFAULT 7'); await c.end();`,
    );
    return `'${process.execPath}' '${file}'`;
  }
  const places = async (): Promise<string[]> =>
    (await readFile(join(folder, 'runs'), 'utf8'))
      .trim()
      .split('\n')
      .map((schema) => schema.replace(database.name, '').replace(/_[0-9a-f]{8}$/, ''));

  test('plans again, and leaves the filled shadow as it is', async () => {
    const stop = new AbortController();
    const options = { command: await command() };
    const first = migration({
      ...options,
      signal: stop.signal,
      hooks: { 'before-cutover': [stopping(stop)] },
    });
    await expect(first.run()).rejects.toMatchObject({ code: 'interrupted' });
    expect(await places()).toEqual(['__plan', '__shadow']);
    await expect(migration({ command: `${options.command} ` }).run()).rejects.toMatchObject({
      code: 'checkpoint-unusable',
    });
    const report = await migration(options).run();
    expect(report).toMatchObject({ rowsCopied: 500, lostWrites: 0 });
    expect(await places()).toEqual(['__plan', '__shadow', '__plan', '__plan']);
    expect(await database.query('SELECT COUNT(*) n FROM t WHERE note = 7')).toEqual([{ n: '500' }]);
  });

  test('“tideover verify” knows the command from the journal', async () => {
    const stop = new AbortController();
    const options = { command: await command(), maps: ['t.v=COALESCE(v, 0)'] };
    const first = migration({
      ...options,
      signal: stop.signal,
      hooks: { 'before-cutover': [stopping(stop)] },
    });
    await expect(first.run()).rejects.toMatchObject({ code: 'interrupted' });
    const { host, port, user, password } = database.settings;
    const verified = await tideover(['verify', '--dsn', `mariadb://${user}@${host}:${port}/${database.name}`], {
      TIDEOVER_PASSWORD: password ?? '',
    });
    expect(verified).toMatchObject({ code: 0 });
    expect(verified.events.at(-1)).toMatchObject({ event: 'verify:finished', rowsVerified: 500 });
    const operator = createOperator(database.settings);
    await operator.abort().finally(() => operator.close());
  });
});
