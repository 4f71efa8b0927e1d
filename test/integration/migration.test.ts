import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMigration } from '../../src/migration/create.js';
import type { MigrationOptions } from '../../src/migration/options.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

/** Tables and changes of many kinds, each migrated while a writer changes rows at named moments of the run. */

let database: TestDatabase;

beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.drop());

function options(alter: readonly string[], more: Partial<MigrationOptions> = {}): MigrationOptions {
  return { connection: database.settings, alter, chunkTimeMs: 20, ...more };
}

function writing(...statements: string[]): () => Promise<void> {
  return async () => {
    for (const statement of statements) await database.query(statement);
  };
}

/** Rows of the new and the old table through the same columns, as the server's text. */
async function bothSides(table: string, columns: string, oldColumns = columns): Promise<[unknown, unknown]> {
  const now = await database.query(`SELECT ${columns} FROM ${table} ORDER BY 1, 2`);
  const then = await database.query(`SELECT ${oldColumns} FROM ${database.name}__retired.${table} ORDER BY 1, 2`);
  return [now, then];
}

interface Case {
  readonly name: string;
  readonly create: string;
  readonly fill: string;
  readonly alter: string;
  /** Written when the tail listens, and again when everything is verified. */
  readonly early: readonly string[];
  readonly late: readonly string[];
  readonly columns: string;
  readonly oldColumns?: string;
}

const cases: readonly Case[] = [
  {
    name: 'a composite key with strings and dates',
    create: 'CREATE TABLE t (a VARCHAR(20), b DATETIME(3), v INT, PRIMARY KEY (a, b))',
    fill: "INSERT INTO t SELECT CONCAT('k', seq % 50), '2024-01-01' + INTERVAL seq SECOND, seq FROM seq_1_to_5000",
    alter: 'ALTER TABLE t ADD COLUMN note INT NOT NULL DEFAULT 1, ADD INDEX (v)',
    early: [
      "DELETE FROM t WHERE a = 'k7'",
      "UPDATE t SET a = 'moved' WHERE a = 'k8' AND v < 500",
      'UPDATE t SET v = -v WHERE v % 10 = 3',
    ],
    late: [
      "INSERT INTO t VALUES ('k7', '2030-01-01 00:00:00.123', 1)",
      "UPDATE t SET b = b + INTERVAL 1 YEAR WHERE a = 'k9'",
    ],
    columns: 'a, b, v',
  },
  {
    name: 'a text key that changes its charset and collation, where case changes are updates of one row',
    create:
      'CREATE TABLE t (id VARCHAR(36) CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci PRIMARY KEY, v INT) CHARACTER SET utf8mb3',
    fill: "INSERT INTO t SELECT CONCAT('key-', LPAD(seq, 5, '0')), seq FROM seq_1_to_3000",
    alter: 'ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci',
    early: [
      'UPDATE t SET id = UPPER(id) WHERE v < 200',
      'DELETE FROM t WHERE v BETWEEN 300 AND 400',
      "INSERT INTO t VALUES ('KEY-00301', 1), ('straße', 2)",
      'UPDATE t SET v = v + 1 WHERE v > 2500',
    ],
    late: [
      'UPDATE t SET id = LOWER(id) WHERE v < 100',
      "DELETE FROM t WHERE id = 'KEY-00301'",
      "INSERT INTO t VALUES ('key-00301', 9)",
      'DELETE FROM t WHERE v = 2',
    ],
    columns: 'HEX(id) AS k, v',
    oldColumns: 'HEX(CONVERT(id USING utf8mb4)) AS k, v',
  },
  {
    name: 'renamed, dropped and widened columns, a swap of two names',
    create: 'CREATE TABLE t (id INT UNSIGNED PRIMARY KEY, a INT, b INT, c VARCHAR(10), gone INT, d DECIMAL(8,2))',
    fill: "INSERT INTO t SELECT seq, seq, -seq, CONCAT('c', seq % 9), 1, seq / 4 FROM seq_1_to_4000",
    alter:
      'ALTER TABLE t CHANGE a b INT, CHANGE b a INT, DROP COLUMN gone, MODIFY c VARCHAR(40), MODIFY d DECIMAL(12,4), MODIFY id BIGINT UNSIGNED',
    early: ['UPDATE t SET a = 0 WHERE id % 7 = 0', 'DELETE FROM t WHERE id % 11 = 0'],
    late: ['UPDATE t SET id = id + 1000000 WHERE id % 13 = 0', "REPLACE INTO t VALUES (5, 1, 2, 'x', 3, 4.25)"],
    columns: 'id, b, a, c, d + 0.0000 AS d',
    oldColumns: 'id, a AS b, b AS a, c, d + 0.0000 AS d',
  },
  {
    name: 'only a unique key, and a second one whose values move between rows',
    create: 'CREATE TABLE t (code CHAR(8) NOT NULL, slot INT NOT NULL, v INT, UNIQUE KEY (code), UNIQUE KEY (slot))',
    fill: "INSERT INTO t SELECT LPAD(seq, 8, '0'), seq, seq FROM seq_1_to_3000",
    alter: 'ALTER TABLE t ADD COLUMN note VARCHAR(20), ADD INDEX (v)',
    early: [
      'UPDATE t SET slot = slot + 5000 WHERE slot <= 1000',
      'UPDATE t SET slot = slot - 1000 WHERE slot BETWEEN 1001 AND 2000',
    ],
    late: [
      'UPDATE t SET slot = -1 WHERE slot = 1',
      'UPDATE t SET slot = 1 WHERE slot = 2',
      'UPDATE t SET slot = 2 WHERE slot = -1',
    ],
    columns: 'code, slot, v',
  },
  {
    name: 'a new unique key',
    create: 'CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, u INT NOT NULL, KEY (u))',
    fill: 'INSERT INTO t (u) SELECT seq FROM seq_1_to_5000',
    alter: 'ALTER TABLE t DROP KEY u, ADD UNIQUE KEY u (u)',
    early: [
      'UPDATE t SET u = u + 10000 WHERE id % 2 = 0',
      'INSERT INTO t (u) SELECT seq * 2 FROM seq_1_to_100',
      'DELETE FROM t WHERE id % 100 = 1',
    ],
    late: [
      'UPDATE t SET u = -1 WHERE id = 3',
      'UPDATE t SET u = 3 WHERE id = 4',
      'DELETE FROM t WHERE id = 4',
      'UPDATE t SET u = 3 WHERE id = 3',
    ],
    columns: 'id, u',
  },
  {
    name: 'partitions, generated columns and a binary key',
    create:
      'CREATE TABLE t (id BINARY(4) NOT NULL, n INT NOT NULL, twice INT AS (n * 2) STORED, thrice INT AS (n * 3) VIRTUAL, PRIMARY KEY (id)) PARTITION BY KEY (id) PARTITIONS 3',
    fill: "INSERT INTO t (id, n) SELECT UNHEX(LPAD(HEX(seq * 256), 8, '0')), seq FROM seq_1_to_3000",
    alter: 'ALTER TABLE t ADD COLUMN note INT DEFAULT 4 REMOVE PARTITIONING',
    early: ['DELETE FROM t WHERE n % 5 = 0', 'UPDATE t SET n = n + 1 WHERE n % 5 = 1'],
    late: ["INSERT INTO t (id, n) VALUES (x'00000000', -1)", "UPDATE t SET id = x'FFFFFF00' WHERE n = 4"],
    columns: 'HEX(id), n, twice, thrice',
  },
];

describe('every kind of table ends with the rows of its source', () => {
  for (const indexes of ['after-copy', 'while-copying'] as const) {
    test.each(cases)(
      `$name (indexes ${indexes})`,
      async ({ create, fill, alter, early, late, columns, oldColumns }) => {
        await database.query(create);
        await database.query(fill);
        const report = await createMigration(
          options([alter], {
            indexes,
            hooks: { 'before-copy': [writing(...early)], 'before-cutover': [writing(...late)] },
          }),
        ).run();
        const [now, then] = await bothSides('t', columns, oldColumns);
        expect(now).toEqual(then);
        expect(report).toMatchObject({ method: 'copied', lostWrites: 0, rowsRepaired: 0 });
        expect(report.changesApplied).toBeGreaterThan(0);
      },
    );
  }
});

test('several tables go live in one step, with their AUTO_INCREMENT counters', async () => {
  for (const table of ['a', 'b', 'c']) {
    await database.query(`CREATE TABLE ${table} (id INT AUTO_INCREMENT PRIMARY KEY, v INT)`);
    await database.query(`INSERT INTO ${table} (v) SELECT seq FROM seq_1_to_1000`);
    // Numbers that were used and are free again must not come back.
    await database.query(`DELETE FROM ${table} WHERE id > 900`);
  }
  const next = await counters();
  const report = await createMigration(
    options([
      'ALTER TABLE a ADD COLUMN x INT; ALTER TABLE b ADD COLUMN x INT',
      'ALTER TABLE c DROP COLUMN v, ADD COLUMN x INT',
    ]),
  ).run();
  expect(report.tables).toEqual(['a', 'b', 'c']);
  expect(await counters()).toEqual(next);
  for (const table of ['a', 'b', 'c']) {
    await database.query(`INSERT INTO ${table} (x) VALUES (5)`);
    expect(await database.query(`SELECT id FROM ${table} WHERE x = 5`)).toEqual([{ id: next.get(table) }]);
  }
});

/** The next AUTO_INCREMENT value of every table. */
async function counters(): Promise<Map<string, string>> {
  const found = await database.query(
    `SELECT TABLE_NAME AS t, AUTO_INCREMENT AS n FROM information_schema.TABLES WHERE TABLE_SCHEMA = '${database.name}'`,
  );
  return new Map(found.map((row) => [row.t!, row.n!]));
}

test('an instant change copies nothing and leaves nothing', async () => {
  await database.query('CREATE TABLE t (id INT PRIMARY KEY, v INT)');
  await database.query('INSERT INTO t SELECT seq, seq FROM seq_1_to_100');
  const report = await createMigration(options(['ALTER TABLE t ADD COLUMN x INT DEFAULT 3'], { instant: true })).run();
  expect(report).toMatchObject({ method: 'instant', rowsCopied: 0, retiredSchema: null });
  expect(await database.query('SELECT COUNT(*) AS n, SUM(x) AS x FROM t')).toEqual([{ n: '100', x: '300' }]);
  expect(await database.query(`SHOW DATABASES LIKE '${database.name}\\_\\_%'`)).toEqual([]);
});

test('what the server cannot do instantly is copied', async () => {
  await database.query('CREATE TABLE t (id INT PRIMARY KEY, v INT)');
  await database.query('INSERT INTO t SELECT seq, seq FROM seq_1_to_100');
  const report = await createMigration(
    options(['ALTER TABLE t MODIFY v BIGINT'], { instant: true, dropRetired: true }),
  ).run();
  expect(report).toMatchObject({ method: 'copied', rowsCopied: 100, retiredSchema: null });
  expect(await database.query(`SHOW DATABASES LIKE '${database.name}\\_\\_%'`)).toEqual([]);
});
