import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { currentPosition } from '../../src/binlog/position.js';
import { Server } from '../../src/db/server.js';
import type { TideoverError } from '../../src/errors.js';
import { openJournal } from '../../src/journal/open-journal.js';
import { createMigration } from '../../src/migration/create.js';
import type { Report } from '../../src/migration/events.js';
import { createOperator } from '../../src/migration/operator.js';
import type { MigrationOptions } from '../../src/migration/options.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { startServer, type TestServer } from '../support/server.js';

/** What goes wrong while a migration runs, by somebody's hand or by the machine's. */

let server: TestServer;
let database: TestDatabase;
const rows = 20_000;
const manyRows = 400_000;

beforeAll(async () => {
  server = await startServer({ args: ['--innodb-buffer-pool-size=256M'] });
});
afterAll(() => server.stop());

beforeEach(async () => {
  database = await testDatabase(server);
  await database.query('CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, k INT NOT NULL, c VARCHAR(60), KEY (k))');
  await database.query(`INSERT INTO t (k, c) SELECT seq, REPEAT('c', 50) FROM seq_1_to_${rows}`);
});
afterEach(() => database.drop());

const addColumn = 'ALTER TABLE t ADD COLUMN note INT NOT NULL DEFAULT 7';

function options(alter: string, more: Partial<MigrationOptions> = {}): MigrationOptions {
  return { connection: database.settings, alter: [alter], chunkTimeMs: 20, ...more };
}

/** Runs a migration that is expected to fail. */
async function failureOf(given: MigrationOptions): Promise<TideoverError> {
  const outcome = await createMigration(given)
    .run()
    .catch((error: unknown) => error);
  expect(outcome).toHaveProperty('code');
  return outcome as TideoverError;
}

/** A run that is stopped by its user as soon as some chunks are copied. */
async function stoppedWhileCopying(): Promise<void> {
  // Enough for some seconds of copying: progress is told twice a second.
  await database.query(`INSERT INTO t (k, c) SELECT seq, REPEAT('c', 50) FROM seq_${rows + 1}_to_${manyRows}`);
  const stop = new AbortController();
  const migration = createMigration(options(addColumn, { signal: stop.signal, copyWorkers: 1 }));
  migration.on('progress:made', ({ phase, rowsCopied }) => {
    if (phase === 'copying' && rowsCopied > 0) stop.abort();
  });
  const error = await migration.run().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'interrupted', outcome: 'resumable', exitCode: 130 });
}

async function sourceColumns(): Promise<string[]> {
  return (await database.query('SHOW COLUMNS FROM t')).map((row) => row.Field!);
}

/** The operator's way out; afterwards nothing of ours is there and the source is as it was. */
async function abortLeavesNothing(): Promise<void> {
  const operator = createOperator(database.settings);
  await operator.abort();
  await operator.close();
  const left = await database.query(
    `SELECT SCHEMA_NAME AS s FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE '${database.name}\\_\\_%'`,
  );
  expect(left).toEqual([]);
  const sessions = await database.query('SHOW PROCESSLIST');
  expect(sessions.filter(({ Command }) => Command === 'Binlog Dump')).toEqual([]);
}

describe('somebody interferes', () => {
  test('a DDL on the source ends the run; the statement is named, abort leaves nothing', async () => {
    const error = await failureOf(
      options(addColumn, {
        hooks: { 'before-copy': [() => database.query('ALTER TABLE t ADD COLUMN other INT').then(() => undefined)] },
      }),
    );
    expect(error).toMatchObject({ code: 'source-changed', exitCode: 5 });
    expect(error.message).toContain('ALTER TABLE t ADD COLUMN other INT');
    expect(await sourceColumns()).toEqual(['id', 'k', 'c', 'other']);
    await abortLeavesNothing();
  });

  test('TRUNCATE on the source ends the run', async () => {
    const error = await failureOf(
      options(addColumn, {
        hooks: { 'before-cutover': [() => database.query('TRUNCATE TABLE t').then(() => undefined)] },
      }),
    );
    expect(error).toMatchObject({ code: 'source-changed', exitCode: 5 });
    expect(await database.query('SELECT COUNT(*) AS n FROM t')).toEqual([{ n: '0' }]);
    await abortLeavesNothing();
  });

  test('DML that is logged as a statement ends the run', async () => {
    const write = async (): Promise<void> => {
      const session = await database.connect();
      await session.execute("SET SESSION binlog_format = 'STATEMENT'");
      await session.execute('UPDATE t SET k = k + 1 WHERE id = 5');
      await session.close();
    };
    const error = await failureOf(options(addColumn, { hooks: { 'before-copy': [write] } }));
    expect(error).toMatchObject({ code: 'statement-logged', exitCode: 5 });
    await abortLeavesNothing();
  });

  /** A run that waits for the operator; `harm` is done to its shadow, then every row is compared again, then it may cut over. */
  async function harmed(harm: readonly string[]): Promise<{ outcome: Promise<unknown>; differing: string[] }> {
    const operator = createOperator(database.settings);
    const migration = createMigration(options(addColumn, { postponeCutover: true }));
    const differing: string[] = [];
    migration.on('verify:differed', ({ keys }) => differing.push(...keys));
    const postponed = new Promise<void>((resolve) => migration.on('cutover:postponed', () => resolve()));
    const outcome = migration.run().catch((thrown: unknown) => thrown);
    await postponed;
    for (const statement of harm) await database.query(statement.replaceAll('SHADOW', `${database.name}__shadow`));
    await operator.verify();
    await operator.cutover();
    await operator.close();
    return { outcome, differing };
  }

  test('rows that vanish from the shadow are found and put back', async () => {
    const { outcome, differing } = await harmed([`DELETE FROM SHADOW.t WHERE id IN (17, ${rows})`]);
    expect(await outcome).toMatchObject({ rowsRepaired: 2, lostWrites: 0 });
    expect(new Set(differing)).toEqual(new Set(['17', String(rows)]));
    expect(await database.query('SELECT COUNT(*) AS n, SUM(note) AS s FROM t')).toEqual([
      { n: String(rows), s: String(7 * rows) },
    ]);
  });

  test('a shadow that does not keep what it is given never becomes the source', async () => {
    // With the attribute the shadow is exchanged for another table at the end, which would not have the trigger.
    await database.query('ALTER TABLE t MODIFY id INT NOT NULL');
    const { outcome } = await harmed([
      'CREATE TRIGGER SHADOW.spoil BEFORE INSERT ON SHADOW.t FOR EACH ROW SET NEW.k = NEW.k + 1',
      'DELETE FROM SHADOW.t WHERE id = 4711',
    ]);
    expect(await outcome).toMatchObject({
      code: 'verification-failed',
      exitCode: 6,
      facts: { table: 't', keys: ['4711'] },
    });
    expect(await sourceColumns()).toEqual(['id', 'k', 'c']);
    await abortLeavesNothing();
  });
});

describe('rows that the new structure does not take', () => {
  test.each([
    [
      'a duplicate under a new unique key',
      'ALTER TABLE t ADD UNIQUE u (k)',
      'INSERT INTO t (k) VALUES (9)',
      /^apply-failed$/,
    ],
    [
      'a NULL in a column that becomes NOT NULL',
      'ALTER TABLE t MODIFY c VARCHAR(60) NOT NULL',
      'UPDATE t SET c = NULL WHERE id = 9',
      /^(copy|apply)-failed$/,
    ],
    [
      'a value that has become too long',
      'ALTER TABLE t MODIFY c VARCHAR(55)',
      "UPDATE t SET c = REPEAT('x', 60) WHERE id = 9",
      /^(copy|apply)-failed$/,
    ],
  ])(
    '%s, written after the checks: the run stops, resumable, and the source keeps everything',
    async (_, alter, write, code) => {
      const error = await failureOf(
        options(alter, { hooks: { 'before-copy': [() => database.query(write).then(() => undefined)] } }),
      );
      expect(error.code).toMatch(code);
      expect(error).toMatchObject({ exitCode: 4, outcome: 'resumable' });
      await abortLeavesNothing();
    },
  );

  test('once the rows are mended, the same command finishes', async () => {
    const alter = 'ALTER TABLE t ADD UNIQUE u (k)';
    await failureOf(
      options(alter, {
        hooks: {
          'before-cutover': [
            () =>
              database.query('INSERT INTO t (id, k) VALUES (50000, 9)').then(() => {
                throw new Error('stop here');
              }),
          ],
        },
      }),
    );
    await database.query('UPDATE t SET k = 50000 WHERE id = 50000');
    const report = await createMigration(options(alter)).run();
    expect(report.lostWrites).toBe(0);
    expect(await database.query('SELECT COUNT(*) AS n, COUNT(DISTINCT k) AS d FROM t')).toEqual([
      { n: String(rows + 1), d: String(rows + 1) },
    ]);
  });
});

describe('stop and go on', () => {
  test('a run that was stopped while copying goes on where it was', async () => {
    await stoppedWhileCopying();
    await database.query('UPDATE t SET k = -1 WHERE id % 100 = 0');
    await database.query('DELETE FROM t WHERE id % 1000 = 1');
    const migration = createMigration(options(addColumn));
    const started: boolean[] = [];
    migration.on('run:started', ({ resumed }) => started.push(resumed));
    const report = await migration.run();
    expect(started).toEqual([true]);
    expect(report.rowsCopied).toBeLessThan(manyRows * 1.5);
    expect(await counted()).toEqual(await countedIn(`${database.name}__retired`));
  });

  /** Runs the migration again; `begun` tells whether it has got so far as to continue. */
  function runAgain(): { readonly ended: Promise<Report>; readonly begun: () => boolean } {
    const migration = createMigration(options(addColumn));
    let begun = false;
    migration.on('run:started', () => (begun = true));
    return { ended: migration.run(), begun: () => begun };
  }

  test('a chunk that the engine left behind is over before the next one begins', async () => {
    await stoppedWhileCopying();
    const old = await database.connect();
    await old.execute('START TRANSACTION');
    // What a chunk of an older view would bring.
    await old.execute(`REPLACE INTO ${database.name}__shadow.t (id, k, c) VALUES (7, -7, 'old')`);
    const { ended, begun } = runAgain();
    await vi.waitUntil(
      async () => (await database.query('SHOW PROCESSLIST')).some(({ Info }) => Info?.startsWith('LOCK TABLES')),
      { timeout: 60_000 },
    );
    expect(begun()).toBe(false);
    await database.query('UPDATE t SET k = 8 WHERE id = 7');
    await old.execute('COMMIT');
    await old.close();
    expect(await ended).toMatchObject({ lostWrites: 0 });
    expect(await database.query('SELECT k FROM t WHERE id = 7')).toEqual([{ k: '8' }]);
    expect(await counted()).toEqual(await countedIn(`${database.name}__retired`));
  });

  test('a row of somebody else where the loaded table will go stops the run', async () => {
    await stoppedWhileCopying();
    await database.query(`INSERT INTO ${database.name}__shadow.\`$final$t\` (k, c) VALUES (1, 'mine')`);
    const error = await failureOf(options(addColumn));
    expect(error).toMatchObject({ code: 'verification-failed', exitCode: 6 });
    expect(error.message).toContain('somebody else has written to');
    expect(await sourceColumns()).toEqual(['id', 'k', 'c']);
    await abortLeavesNothing();
  });

  test('an engine that died between the exchange and the RENAME after it has left the rows in the final table', async () => {
    const stop = new AbortController();
    const postponed = createMigration(options(addColumn, { postponeCutover: true, signal: stop.signal }));
    postponed.on('cutover:postponed', () => stop.abort());
    await postponed.run().catch((error: unknown) => error);
    const shadow = `${database.name}__shadow`;
    await database.query(`ALTER TABLE ${shadow}.t EXCHANGE PARTITION p WITH TABLE ${shadow}.\`$final$t\``);
    await database.query('UPDATE t SET k = -1 WHERE id % 100 = 0');
    expect(await runAgain().ended).toMatchObject({ lostWrites: 0, rowsRepaired: 0 });
    expect(await counted()).toEqual(await countedIn(`${database.name}__retired`));
  });

  test('a RENAME that the engine left behind is over before its outcome is read', async () => {
    const stop = new AbortController();
    const postponed = createMigration(options(addColumn, { postponeCutover: true, signal: stop.signal }));
    postponed.on('cutover:postponed', () => stop.abort());
    await postponed.run().catch((error: unknown) => error);
    const journal = await openJournal(new Server(database.settings));
    const sql = `RENAME TABLE ${database.name}.t TO ${database.name}.elsewhere /* tideover 0123 */`;
    const { id } = (await journal.unfinishedRun(database.name))!;
    const [reader, left] = [await database.connect(), await database.connect()];
    await journal.saveIntent(id, { step: 'rename', sql, lockedPosition: await currentPosition(left), change: null });
    await journal.close();
    await reader.execute('START TRANSACTION');
    await reader.query('SELECT 1 FROM t LIMIT 1');
    const renamed = left.execute(sql).catch((error: unknown) => error);
    const looks = async (): Promise<number> =>
      Number((await database.query("SHOW GLOBAL STATUS LIKE 'Com_show_processlist'"))[0]!['Value']);
    const before = await looks();
    const { ended, begun } = runAgain();
    await vi.waitUntil(async () => (await looks()) > before + 3, { timeout: 60_000 });
    expect(begun()).toBe(false);
    await database.query(`KILL QUERY ${left.id}`);
    expect(await renamed).toMatchObject({ errno: 1317 });
    for (const session of [reader, left]) await session.close();
    expect(await ended).toMatchObject({ lostWrites: 0 });
  });

  test('another change does not continue it', async () => {
    await stoppedWhileCopying();
    const error = await failureOf(options('ALTER TABLE t ADD COLUMN different INT'));
    expect(error).toMatchObject({ code: 'checkpoint-unusable', exitCode: 5 });
    await abortLeavesNothing();
  });

  test('a server that restarts stops the run; it goes on afterwards', async () => {
    const error = await failureOf(options(addColumn, { hooks: { 'before-copy': [() => server.restart()] } }));
    expect(error).toMatchObject({ code: 'connection-lost', exitCode: 4, outcome: 'resumable' });
    const report = await createMigration(options(addColumn)).run();
    expect(report.lostWrites).toBe(0);
    expect(await sourceColumnsAfresh()).toEqual(['id', 'k', 'c', 'note']);
  });

  test('a server that goes away under a postponed run ends it', async () => {
    const migration = createMigration(options(addColumn, { postponeCutover: true }));
    let restarted: Promise<void> = Promise.resolve();
    migration.on('cutover:postponed', () => {
      restarted = server.restart();
    });
    const error = await migration.run().catch((thrown: unknown) => thrown);
    await restarted;
    expect(error).toMatchObject({ code: 'connection-lost', exitCode: 4, outcome: 'resumable' });
    const report = await createMigration(options(addColumn)).run();
    expect(report.lostWrites).toBe(0);
  });

  test('a binlog that was purged meanwhile ends the run', async () => {
    await stoppedWhileCopying();
    const session = await database.connect();
    await session.execute('FLUSH BINARY LOGS');
    const last = (await session.query('SHOW BINARY LOGS')).at(-1)!.Log_name!;
    // The server keeps a file as long as the dump of the stopped run is not quite gone.
    do await session.execute(`PURGE BINARY LOGS TO '${last}'`);
    while ((await session.query('SHOW BINARY LOGS'))[0]!.Log_name !== last);
    await session.close();
    const error = await failureOf(options(addColumn));
    expect(error).toMatchObject({ code: 'binlog-purged', exitCode: 5 });
    await abortLeavesNothing();
  });
});

describe('no room', () => {
  test('a full disk under the shadow stops the run resumably', async () => {
    const small = await startServer({
      args: [
        '--innodb-file-per-table=0',
        '--innodb-data-file-path=ibdata1:12M:autoextend:max:38M',
        '--innodb-buffer-pool-size=64M',
      ],
    });
    const full = await testDatabase(small);
    try {
      await full.query('CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, c CHAR(200))');
      await full.query("INSERT INTO t (c) SELECT REPEAT('c', 200) FROM seq_1_to_60000");
      const error = await failureOf({
        connection: full.settings,
        alter: ["ALTER TABLE t ADD COLUMN pad CHAR(200) NOT NULL DEFAULT 'x'"],
      });
      expect(error).toMatchObject({ code: 'disk-full', exitCode: 4, outcome: 'resumable' });
      expect(await full.query('SELECT COUNT(*) AS n FROM t')).toEqual([{ n: '60000' }]);
      const operator = createOperator(full.settings);
      await operator.abort();
      await operator.close();
    } finally {
      await full.drop();
      await small.stop();
    }
  });
});

const fingerprint = 'COUNT(*) AS n, SUM(k) AS k, SUM(CRC32(CONCAT(id, k, c))) AS x';

function counted(): Promise<unknown> {
  return database.query(`SELECT ${fingerprint} FROM t`);
}

function countedIn(schema: string): Promise<unknown> {
  return database.query(`SELECT ${fingerprint} FROM ${schema}.t`);
}

/** The session of `database.query` may have died with the server. */
async function sourceColumnsAfresh(): Promise<string[]> {
  const session = await database.connect();
  const found = await session.query('SHOW COLUMNS FROM t');
  await session.close();
  return found.map((row) => row.Field!);
}
