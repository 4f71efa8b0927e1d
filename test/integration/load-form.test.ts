import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  buildDeferredIndexes,
  enterLoadForm,
  leaveLoadForm,
  loadFormOf,
  makeForeignKeys,
  type LoadForm,
} from '../../src/copy/load-form.js';
import type { Session } from '../../src/db/session.js';
import { readForeignKeys } from '../../src/schema/foreign-keys.js';
import { readTable } from '../../src/schema/introspect.js';
import type { Table } from '../../src/schema/table.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let session: Session;

beforeAll(async () => {
  database = await testDatabase();
  session = await database.server.connect();
  await session.execute(`USE \`${database.name}\``);
});

afterAll(async () => {
  await session.close();
  await database.drop();
});

async function planned(createSql: string): Promise<Table> {
  await session.execute('DROP TABLE IF EXISTS t');
  await session.execute(createSql);
  return (await readTable(session, { schema: database.name, table: 't' }))!;
}

function fully(table: Table): LoadForm {
  return loadFormOf(table, { deferIndexes: true, autoIncrementLocks: true });
}

async function finish(table: Table): Promise<void> {
  await buildDeferredIndexes(session, table);
  await leaveLoadForm(session, table);
}

async function tables(): Promise<string[]> {
  return (await session.query('SHOW TABLES')).map((row) => Object.values(row)[0]!);
}

const sysbench =
  "CREATE TABLE t (id int NOT NULL AUTO_INCREMENT COMMENT 'the AUTO_INCREMENT', k int NOT NULL DEFAULT 0, c char(120) NOT NULL DEFAULT '', " +
  'note varchar(64) DEFAULT NULL, PRIMARY KEY (id), KEY k_1 (k), KEY `c,``x` (c(20)))';

describe('the loading form', () => {
  it('loads without AUTO_INCREMENT and plain indexes, and ends as planned with every row', async () => {
    const table = await planned(sysbench);
    await enterLoadForm(session, fully(table));
    const loading = (await readTable(session, table.name))!;
    expect(loading.indexes.map(({ name }) => name)).toEqual(['PRIMARY']);
    expect(loading.columns.some(({ autoIncrement }) => autoIncrement)).toBe(false);
    await session.execute("REPLACE INTO t (id, k, c) SELECT seq, seq % 7, CONCAT('c', seq) FROM seq_1_to_1000");
    await finish(table);
    expect(await session.queryOne('SELECT COUNT(*) AS n, MIN(id) AS low, MAX(id) AS high, SUM(k) AS k FROM t')).toEqual(
      { n: '1000', low: '1', high: '1000', k: '3003' },
    );
    expect((await readTable(session, table.name))!.createSql).toBe(table.createSql);
    await session.execute('INSERT INTO t (k) VALUES (1)');
    expect(await session.queryOne('SELECT MAX(id) AS id FROM t')).toEqual({ id: '1001' });
    expect((await session.queryOne('CHECK TABLE t EXTENDED')).Msg_text).toBe('OK');
    expect(await tables()).toEqual(['t']);
  });

  it.each(['after the exchange', 'after the renaming', 'with one index built'] as const)(
    'is left by a second process when the first died %s',
    async (moment) => {
      const table = await planned(sysbench);
      await enterLoadForm(session, fully(table));
      await session.execute("REPLACE INTO t (id, k, c) SELECT seq, seq % 7, CONCAT('c', seq) FROM seq_1_to_100");
      if (moment === 'with one index built') await session.execute('ALTER TABLE t ADD KEY k_1 (k)');
      else await buildDeferredIndexes(session, table);
      if (moment.startsWith('after')) await session.execute('ALTER TABLE t EXCHANGE PARTITION p WITH TABLE `$final$t`');
      if (moment === 'after the renaming') await session.execute('RENAME TABLE t TO `$load$t`, `$final$t` TO t');
      await finish(table);
      expect(await session.queryOne('SELECT COUNT(*) AS n FROM t')).toEqual({ n: '100' });
      expect((await readTable(session, table.name))!.createSql).toBe(table.createSql);
      expect(await tables()).toEqual(['t']);
    },
  );

  it.each([
    [
      'a second unique key',
      'CREATE TABLE t (id int NOT NULL AUTO_INCREMENT, u int NOT NULL, PRIMARY KEY (id), UNIQUE KEY u (u), KEY k (u,id))',
    ],
    [
      'partitions of its own',
      'CREATE TABLE t (id int NOT NULL AUTO_INCREMENT, k int, PRIMARY KEY (id), KEY k (k)) PARTITION BY HASH (id) PARTITIONS 3',
    ],
    [
      'a full-text index',
      'CREATE TABLE t (id int NOT NULL AUTO_INCREMENT, c text, PRIMARY KEY (id), FULLTEXT KEY f (c))',
    ],
    [
      'the counter in a secondary key',
      'CREATE TABLE t (a int NOT NULL, id int NOT NULL AUTO_INCREMENT, PRIMARY KEY (a), KEY (id))',
    ],
    ['no counter', 'CREATE TABLE t (id varchar(36) NOT NULL, k int, PRIMARY KEY (id), KEY k (k))'],
    [
      'a composite key with the counter',
      'CREATE TABLE t (a int NOT NULL, id bigint unsigned NOT NULL AUTO_INCREMENT, PRIMARY KEY (a, id), KEY (id), KEY a2 (a))',
    ],
  ])('comes back as planned with %s', async (_, createSql) => {
    const table = await planned(createSql);
    await enterLoadForm(session, fully(table));
    await finish(table);
    expect((await readTable(session, table.name))!.createSql).toBe(table.createSql);
    expect(await tables()).toEqual(['t']);
  });

  it('makes foreign keys when all is loaded, also to a parent that is not there yet, and not twice', async () => {
    await session.execute('SET foreign_key_checks = 0');
    await session.execute('CREATE OR REPLACE TABLE parent (id int PRIMARY KEY)');
    const table = await planned(
      `CREATE TABLE t (id int NOT NULL AUTO_INCREMENT, p int, q int, w int, PRIMARY KEY (id), KEY p (p), KEY q (q), KEY w (w),
        CONSTRAINT \`t p\` FOREIGN KEY (p) REFERENCES parent (id) ON DELETE CASCADE ON UPDATE SET NULL,
        CONSTRAINT t_q FOREIGN KEY (q) REFERENCES absent (id))`,
    );
    const keys = await readForeignKeys(session, database.name);
    const form = {
      deferIndexes: true,
      autoIncrementLocks: true,
      lookups: [['q']],
      foreignKeys: keys.map(({ name }) => name),
    };
    await enterLoadForm(session, loadFormOf(table, form));
    expect((await readTable(session, table.name))!.indexes.map(({ name }) => name)).toEqual(['PRIMARY', 'p', 'q']);
    expect(await readForeignKeys(session, database.name)).toEqual([]);
    await session.execute('REPLACE INTO t (id, p, q) VALUES (1, 7, 8)');
    await finish(table);
    await makeForeignKeys(session, keys);
    await makeForeignKeys(session, keys);
    expect(await readForeignKeys(session, database.name)).toEqual(keys);
    expect((await readTable(session, table.name))!.createSql).toBe(table.createSql);
    await session.execute('DROP TABLE t, parent');
    await session.execute('SET foreign_key_checks = 1');
  });
});
