import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createMigration } from '../../src/migration/create.js';
import { createOperator } from '../../src/migration/operator.js';
import type { MigrationOptions } from '../../src/migration/options.js';
import type { Session } from '../../src/db/session.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { encryptBinlog } from '../support/encrypted-server.js';
import { tideover } from '../support/ledger/engine.js';
import { Random, seedFromEnvironment } from '../support/ledger/random.js';
import { runLedger, summaryOf } from '../support/ledger/run.js';
import { startServer, type TestServer } from '../support/server.js';
import { tcpProxy } from '../support/tcp-proxy.js';

/** Whole migrations on servers that write their binlog in every way, and under what happens to the reading of it. */

const args = ['--innodb-buffer-pool-size=256M', '--log-bin-compress-min-len=10'];
let server: TestServer;
let database: TestDatabase;

beforeAll(async () => {
  server = await startServer({ args });
});
afterAll(() => server.stop());

beforeEach(async () => {
  database = await testDatabase(server);
});
afterEach(() => database.drop());

const alter = ['ALTER TABLE t ADD COLUMN note INT NOT NULL DEFAULT 7, ADD INDEX (k)'];

function options(more: Partial<MigrationOptions> = {}): MigrationOptions {
  return { connection: database.settings, alter, chunkTimeMs: 20, ...more };
}

async function createTable(rows: number): Promise<void> {
  await database.query('CREATE TABLE t (id INT PRIMARY KEY, k INT NOT NULL, c VARCHAR(60))');
  await database.query(`INSERT INTO t SELECT seq, seq, REPEAT('c', 50) FROM seq_1_to_${rows}`);
}

/** The new table has the rows that the old one had at the end. */
async function expectExact(): Promise<void> {
  const fingerprint = 'COUNT(*) AS n, SUM(k) AS k, SUM(CRC32(CONCAT_WS(0, id, k, c))) AS x';
  const session = await database.connect();
  const old = await session.query(`SELECT ${fingerprint} FROM ${database.name}__retired.t`);
  expect(await session.query(`SELECT ${fingerprint} FROM t`)).toEqual(old);
  await session.close();
}

describe('the ledger is exact', () => {
  /** Switches what can be switched while a log is read. */
  async function restlessly(session: Session, random: Random, until: () => boolean): Promise<number> {
    let switches = 0;
    for (; !until(); switches++) {
      const statement = random.pick([
        'SET GLOBAL binlog_checksum = NONE',
        'SET GLOBAL binlog_checksum = CRC32',
        'SET GLOBAL log_bin_compress = ON',
        'SET GLOBAL log_bin_compress = OFF',
        'SET GLOBAL binlog_row_metadata = FULL',
        'SET GLOBAL binlog_row_metadata = MINIMAL',
        'FLUSH BINARY LOGS',
        'FLUSH LOGS',
      ]);
      await session.execute(statement);
      await session.query('SELECT SLEEP(0.05)');
    }
    for (const name of ['binlog_checksum', 'log_bin_compress', 'binlog_row_metadata']) {
      await session.execute(`SET GLOBAL ${name} = DEFAULT`);
    }
    return switches;
  }

  async function expectExactLedger(random: Random): Promise<void> {
    const session = await server.connect();
    let over = false;
    const switching = restlessly(session, random, () => over);
    const result = await runLedger({
      settings: database.settings,
      writers: 6,
      seed: random.seed,
      tables: 2,
      baseRows: 1_000,
      transactionsAround: 100,
      migration: tideover({ busyFor: 150 }),
    });
    over = true;
    const switches = await switching;
    await session.close();
    console.log(`${summaryOf(result)}, ${switches} switches`);
    if ('error' in result.migration) throw result.migration.error;
    expect(result.faults).toEqual([]);
    expect(result.migration.report).toMatchObject({ lostWrites: 0, rowsRepaired: 0 });
    expect(switches).toBeGreaterThan(5);
  }

  const seed = seedFromEnvironment();

  test(`while checksums, compression, metadata and files change all the time (LEDGER_SEED=${seed})`, async () => {
    await expectExactLedger(new Random(seed));
  });

  test(`on an encrypted log (LEDGER_SEED=${seed})`, async () => {
    await database.drop();
    await encryptBinlog(server, args);
    try {
      database = await testDatabase(server);
      await expectExactLedger(new Random(seed));
    } finally {
      await database.drop();
      await server.restart(args);
      database = await testDatabase(server);
    }
  });
});

describe('sessions of the service with settings of their own', () => {
  test.each(['MINIMAL', 'NOBLOB'])('a row image %s', async (image) => {
    await createTable(5_000);
    const session = await database.connect();
    const write = async (): Promise<void> => {
      await session.execute(`SET SESSION binlog_row_image = ${image}`);
      await session.execute("UPDATE t SET c = 'new' WHERE id % 7 = 0");
      await session.execute('UPDATE t SET id = id + 100000 WHERE id % 11 = 0');
      await session.execute('DELETE FROM t WHERE id % 13 = 0');
      await session.execute('REPLACE INTO t VALUES (1, -1, NULL), (-1, -1, NULL)');
    };
    const report = await createMigration(
      options({ hooks: { 'before-copy': [write], 'before-cutover': [write] } }),
    ).run();
    await session.close();
    expect(report).toMatchObject({ lostWrites: 0, rowsRepaired: 0 });
    await expectExact();
  });

  test('rows of another engine in the same transactions, rolled back in part', async () => {
    await createTable(5_000);
    await database.query('CREATE TABLE plain (id INT PRIMARY KEY AUTO_INCREMENT, v INT) ENGINE=MyISAM');
    const session = await database.connect();
    const write = async (): Promise<void> => {
      for (const sql of [
        'BEGIN',
        'DELETE FROM t WHERE id % 5 = 0',
        'SAVEPOINT s',
        'DELETE FROM t WHERE id % 5 = 1',
        'INSERT INTO plain (v) VALUES (1)',
        'ROLLBACK TO s',
        'UPDATE t SET k = -k WHERE id % 5 = 2',
        'COMMIT',
        'BEGIN',
        'DELETE FROM t',
        'INSERT INTO plain (v) VALUES (2)',
        'ROLLBACK',
      ])
        await session.execute(sql);
    };
    const report = await createMigration(
      options({ hooks: { 'before-copy': [write], 'before-cutover': [write] } }),
    ).run();
    await session.close();
    expect(report).toMatchObject({ lostWrites: 0, rowsRepaired: 0 });
    await expectExact();
  });

  /** `write` is done without the log when everything has been compared; then every row is compared again, and the cutover may come. */
  test('writes with sql_log_bin=0: the comparison finds and repairs them', async () => {
    await createTable(5_000);
    const operator = createOperator(database.settings);
    const migration = createMigration(options({ postponeCutover: true }));
    const differing = new Set<string>();
    migration.on('verify:differed', ({ keys }) => keys.forEach((key) => differing.add(key)));
    const postponed = new Promise<void>((resolve) => migration.on('cutover:postponed', () => resolve()));
    const outcome = migration.run();
    await postponed;
    const session = await database.connect();
    for (const sql of [
      'SET SESSION sql_log_bin = 0',
      "UPDATE t SET c = 'unseen' WHERE id = 17",
      'DELETE FROM t WHERE id = 4711',
      "INSERT INTO t VALUES (50000, 1, 'unseen')",
    ])
      await session.execute(sql);
    await session.close();
    await operator.verify();
    await operator.cutover();
    await operator.close();
    expect(await outcome).toMatchObject({ rowsRepaired: 3, lostWrites: 0 });
    expect(differing).toEqual(new Set(['17', '4711', '50000']));
    await expectExact();
  });
});

describe('a tail that lags', () => {
  test('behind a transaction of many rows: the cutover waits for it', async () => {
    const rows = 20_000;
    await createTable(rows);
    const write = async (): Promise<void> => {
      await database.query('UPDATE t SET k = k + 1');
    };
    const report = await createMigration(
      options({ maxBacklog: 2_000, hooks: { 'before-copy': [write], 'before-cutover': [write] } }),
    ).run();
    expect(report).toMatchObject({ lostWrites: 0, rowsRepaired: 0 });
    expect(report.changesApplied).toBeGreaterThan(rows);
    await expectExact();
  });
});

describe('a reading that is cut off', () => {
  /** `harm` is done when the log is being read; the run must stop resumably, and the same command must finish it. */
  async function expectResumable(connection: MigrationOptions['connection'], harm: () => Promise<void>): Promise<void> {
    await createTable(5_000);
    const error = await createMigration(options({ connection, hooks: { 'before-copy': [harm] } }))
      .run()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'connection-lost', exitCode: 4, outcome: 'resumable' });
  }

  async function expectGoingOn(): Promise<void> {
    await database.query('UPDATE t SET k = -k WHERE id % 10 = 0');
    const migration = createMigration(options());
    const started: boolean[] = [];
    migration.on('run:started', ({ resumed }) => started.push(resumed));
    expect(await migration.run()).toMatchObject({ lostWrites: 0, rowsRepaired: 0 });
    expect(started).toEqual([true]);
    await expectExact();
  }

  test('by KILL of the dump thread', async () => {
    await expectResumable(database.settings, async () => {
      const dumps = await database.query(
        "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE COMMAND = 'Binlog Dump'",
      );
      for (const { id } of dumps) await database.query(`KILL ${id!}`);
    });
    await expectGoingOn();
  });

  test('by a network that falls silent', async () => {
    const proxy = await tcpProxy(server);
    try {
      await expectResumable({ ...database.settings, port: proxy.port }, () => {
        proxy.fallSilent();
        return Promise.resolve();
      });
    } finally {
      // The server learns that its clients are gone.
      await proxy[Symbol.asyncDispose]();
    }
    await expectGoingOn();
  });
});
