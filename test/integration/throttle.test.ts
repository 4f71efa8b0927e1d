import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Session } from '../../src/db/session.js';
import { createMigration } from '../../src/migration/create.js';
import type { MigrationEvents } from '../../src/migration/events.js';
import type { LiveValues } from '../../src/migration/live-options.js';
import type { Operator } from '../../src/migration/migration.js';
import type { MigrationOptions } from '../../src/migration/options.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { startRun, type LocalRun } from '../support/local-run.js';
import { startServer, type TestReplica, type TestServer } from '../support/server.js';
import { executeOn } from '../support/sessions.js';
import { withOperator } from '../support/with-operator.js';

/** Each signal by which copying is throttled, on a real primary and a real replica: it closes, it says why, and it opens again. */

let server: TestServer;
let replica: TestReplica;
let database: TestDatabase;
const rows = 3_000;

beforeAll(async () => {
  server = await startServer({ args: ['--binlog-expire-logs-seconds=864000'] });
  // Killed with -9, it must not forget that it has run a statement whose effect it keeps: it would run it again.
  replica = await server.startReplica({ durable: true });
});
afterAll(() => server.stop());

beforeEach(async () => {
  database = await testDatabase(server);
  await database.query('CREATE TABLE t (id INT PRIMARY KEY, k INT NOT NULL)');
  await database.query(`INSERT INTO t SELECT seq, seq FROM seq_1_to_${rows}`);
});
afterEach(() => database.drop());

function optionsWith(more: Partial<MigrationOptions> = {}): MigrationOptions {
  return { connection: database.settings, alter: ['ALTER TABLE t ADD COLUMN note INT NOT NULL DEFAULT 7'], ...more };
}

function start(more: Partial<MigrationOptions> = {}): LocalRun {
  return startRun(optionsWith(more));
}

function replicaDsn(to: TestServer = replica): string {
  return `mariadb://${to.host}:${to.port}`;
}

const throttledBy =
  (pattern: RegExp) =>
  ({ reason }: MigrationEvents['throttle:changed']): boolean =>
    reason !== null && pattern.test(reason);
const unthrottled = ({ reason }: MigrationEvents['throttle:changed']): boolean => reason === null;

const asOperator = <T>(work: (operator: Operator) => Promise<T>): Promise<T> => withOperator(database.settings, work);

describe('replicas', () => {
  test('one that does not apply keeps copying from beginning; when it has caught up, the run goes on', async () => {
    await executeOn(replica, 'STOP SLAVE SQL_THREAD');
    onTestFinished(() => executeOn(replica, 'START SLAVE SQL_THREAD'));
    const { migration, report, told } = start({ replicas: [replicaDsn(), replicaDsn(server)], maxLagMs: 500 });
    const copied: number[] = [];
    migration.on('progress:made', ({ rowsCopied }) => copied.push(rowsCopied));
    const throttled = told(
      'progress:made',
      ({ phase, throttled: reason }) => phase === 'copying' && / \d{3,}ms > 500ms/.test(reason ?? ''),
    );
    await expect(throttled).resolves.toMatchObject({
      rowsCopied: 0,
      throttled: expect.stringMatching(`replica-lag@127.0.0.1:${replica.port} `) as string,
    });
    expect(new Set(copied)).toEqual(new Set([0]));
    const free = told('throttle:changed', unthrottled);
    await executeOn(replica, 'START SLAVE SQL_THREAD');
    await free;
    await expect(report).resolves.toMatchObject({ rowsCopied: rows, lostWrites: 0 });
  });

  test('one that is late by its own delay is seen to be late, though it works', async () => {
    await executeOn(replica, 'STOP SLAVE', 'CHANGE MASTER TO MASTER_DELAY = 2', 'START SLAVE');
    try {
      const { report, told } = start({ replicas: [replicaDsn()], maxLagMs: 1_000, postponeCutover: true });
      const late = told('progress:made', ({ throttled }) =>
        /replica-lag@.* [12]\d{3}ms > 1000ms$/.test(throttled ?? ''),
      );
      const free = late.then(() => told('throttle:changed', unthrottled));
      await late;
      await asOperator((operator) => operator.set({ maxLagMs: 60_000 }));
      await free;
      await told('cutover:postponed');
      await asOperator((operator) => operator.cutover());
      await expect(report).resolves.toMatchObject({ rowsCopied: rows });
    } finally {
      await executeOn(replica, 'STOP SLAVE', 'CHANGE MASTER TO MASTER_DELAY = 0', 'START SLAVE');
    }
  });

  test('one that is lost throttles until it is back', async () => {
    const { report, told } = start({ replicas: [replicaDsn()], postponeCutover: true });
    await told('cutover:postponed');
    const lost = told('throttle:changed', throttledBy(/^replica-lag@.*(unknown != known|silent-for|\d+ms > 1500ms)/));
    await replica.caughtUp();
    await replica.kill9();
    await lost;
    // The word alone does not do: the replicas would have to bear the cutover.
    await asOperator((operator) => operator.cutover());
    const free = told('throttle:changed', unthrottled);
    await replica.restart();
    await executeOn(replica, 'START SLAVE');
    await free;
    await expect(report).resolves.toMatchObject({ lostWrites: 0 });
  });
});

describe('a throttle that can see nothing is refused before the run', () => {
  test.each([
    ['a replica that is not there', { replicas: ['mariadb://127.0.0.1:1'] }, /replica 127\.0\.0\.1:1: .*ECONNREFUSED/],
    [
      'a variable that there is not',
      { maxLoad: 'Threads_walking=3' },
      /max-load: the server has no number Threads_walking/,
    ],
    ['a query that is wrong', { throttleQuery: 'SELECT no FROM where' }, /throttle-query: /],
    ['a query without a number', { throttleQuery: "SELECT 'many'" }, /one row that begins with a number/],
  ] as const)('%s', async (_, more, message) => {
    const { refusals } = await createMigration(optionsWith(more)).plan();
    expect(refusals).toEqual([
      expect.objectContaining({ code: 'throttle-unready', message: expect.stringMatching(message) as string }),
    ]);
  });
});

test('a load that stays critical stops the run, resumably', async () => {
  const sleepers = await sleeping(12);
  const { report } = start({ criticalLoad: 'Threads_running=12', criticalLoadMs: 300 });
  await expect(report).rejects.toMatchObject({ code: 'load-critical', exitCode: 4, outcome: 'resumable' });
  await wake(sleepers);
  await expect(start().report).resolves.toMatchObject({ rowsCopied: rows, lostWrites: 0 });
});

describe('limits that an operator sets while the run is under way', () => {
  interface Signal {
    readonly name: string;
    readonly set: LiveValues;
    readonly unset: LiveValues;
    readonly reason: RegExp;
    /** Makes the trouble; answers with what ends it. */
    readonly trouble: () => Promise<() => Promise<void>>;
  }

  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tideover-throttle-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  function setDirtyPages(value: string): Promise<void> {
    const names = ['innodb_max_dirty_pages_pct', 'innodb_max_dirty_pages_pct_lwm'];
    return executeOn(server, ...names.map((name) => `SET GLOBAL ${name} = ${value}`));
  }

  const signals: readonly Signal[] = [
    {
      name: 'a status variable',
      set: { maxLoad: 'Threads_running=12' },
      unset: { maxLoad: '' },
      reason: /^Threads_running \d+ >= 12$/,
      trouble: async () => {
        const sleepers = await sleeping(12);
        return () => wake(sleepers);
      },
    },
    {
      name: 'a query, inside the project database',
      set: { throttleQuery: 'SELECT COUNT(*) FROM obstacles' },
      unset: { throttleQuery: '' },
      reason: /^throttle-query 2 > 0$/,
      trouble: async () => {
        await database.query('INSERT INTO obstacles VALUES (1), (2)');
        return () => database.query('DELETE FROM obstacles').then(() => undefined);
      },
    },
    {
      name: 'a file',
      get set() {
        return { throttleFile: join(folder, 'stop') };
      },
      unset: { throttleFile: '' },
      reason: /^throttle-file exists != absent \(.*stop\)$/,
      trouble: async () => {
        await writeFile(join(folder, 'stop'), '');
        return () => rm(join(folder, 'stop'));
      },
    },
    {
      name: 'undo that cannot be purged',
      set: { maxHistory: 300 },
      unset: { maxHistory: 0 },
      reason: /^history-list \d+ > 300$/,
      trouble: async () => {
        const reader = await database.connect();
        await reader.execute('START TRANSACTION WITH CONSISTENT SNAPSHOT');
        await reader.query('SELECT COUNT(*) FROM t');
        for (let i = 0; i < 600; i += 1) await database.query(`UPDATE t SET k = k + 1 WHERE id = ${1 + (i % rows)}`);
        return () => reader.close();
      },
    },
    {
      name: 'redo that waits for its checkpoint',
      set: { maxCheckpointAge: 3 },
      unset: { maxCheckpointAge: 0 },
      reason: /^checkpoint-age \d+% > 3%$/,
      trouble: async () => {
        const filler = await database.connect();
        await filler.execute('CREATE TABLE filler (a INT PRIMARY KEY, b CHAR(200))');
        await filler.execute("INSERT INTO filler SELECT seq, REPEAT('b', 200) FROM seq_1_to_60000");
        await filler.close();
        // An orderly way to a checkpoint: clean pages.
        return () => setDirtyPages('0');
      },
    },
    {
      name: 'reads that take long',
      set: { maxReadTimeMs: 40 },
      unset: { maxReadTimeMs: 0 },
      reason: /^read-time (\d+ms > 40ms|silent-for \d+ms > 2000ms|unknown != known)/,
      trouble: async () => {
        const locker = await database.connect();
        await locker.execute('LOCK TABLES t WRITE');
        return () => locker.close();
      },
    },
    {
      name: 'commits that take long',
      set: { maxCommitTimeMs: 200 },
      unset: { maxCommitTimeMs: 0 },
      reason: /^commit-time \d+ms > 200ms/,
      trouble: async () => {
        // Inside the database, so that it ends with it if the test fails.
        const backup = await database.connect();
        for (const stage of ['START', 'FLUSH', 'BLOCK_DDL', 'BLOCK_COMMIT'])
          await backup.execute(`BACKUP STAGE ${stage}`);
        return () => backup.close();
      },
    },
  ];

  test('each closes when it is over its limit, and opens when it is not any more', async () => {
    onTestFinished(() => setDirtyPages('DEFAULT'));
    await database.query('CREATE TABLE obstacles (a INT PRIMARY KEY)');
    const { report, told } = start({ postponeCutover: true });
    await told('cutover:postponed');
    await asOperator(async (operator) => {
      for (const { set, unset, reason, trouble } of signals) {
        const isSet = told('run:set');
        await operator.set(set);
        await isSet;
        const throttled = told('throttle:changed', throttledBy(reason));
        const end = await trouble();
        await throttled;
        const free = told('throttle:changed', unthrottled);
        await end();
        await free;
        await operator.set(unset);
      }
      await operator.cutover();
    });
    await expect(report).resolves.toMatchObject({ lostWrites: 0 });
  });
});

test('a pause does not let the binlog age away that the run still needs', async () => {
  const { report, told } = start({ postponeCutover: true });
  await told('cutover:postponed');
  await asOperator((operator) => operator.pause());
  await told('run:paused');
  await database.query('UPDATE t SET k = -k');
  const waiting = await told('progress:made', ({ backlog }) => backlog >= rows);
  expect(waiting.forecast).toMatchObject({ logKeptS: expect.any(Number) as number });
  try {
    await executeOn(server, 'SET GLOBAL binlog_expire_logs_seconds = 6', 'FLUSH BINARY LOGS');
    const applied = await told('progress:made', ({ backlog }) => backlog === 0);
    expect(applied).toMatchObject({ paused: expect.anything() as unknown, phase: 'ready' });
  } finally {
    await executeOn(server, 'SET GLOBAL binlog_expire_logs_seconds = 864000');
  }
  await asOperator((operator) => Promise.all([operator.resume(), operator.cutover()]));
  await expect(report).resolves.toMatchObject({ lostWrites: 0 });
  expect(await database.query('SELECT SUM(k) AS s FROM t')).toEqual([{ s: String((-rows * (rows + 1)) / 2) }]);
});

test('a service that writes faster than can be applied is told early, with what to change', async () => {
  await database.query(`INSERT INTO t SELECT seq, seq FROM seq_${rows + 1}_to_60000`);
  const session = await database.connect();
  let stopped = false;
  const write = async (): Promise<void> => {
    while (!stopped) await session.execute('UPDATE t SET k = k + 1');
  };
  const writing = write();
  const { report, told } = start({ maxBacklog: 1_000, applyWorkers: 1 });
  try {
    const { warning } = await told('forecast:warned');
    expect(warning).toMatch(/changes come faster .*tideover set --copy-workers 1 --apply-workers 8/);
    await asOperator((operator) => operator.set({ applyWorkers: 8, maxBacklog: 200_000 }));
  } finally {
    stopped = true;
    await writing;
    await session.close();
  }
  await expect(report).resolves.toMatchObject({ lostWrites: 0 });
});

/** Sessions that count as running and cost nothing. */
async function sleeping(count: number): Promise<readonly Session[]> {
  const sessions = await Promise.all(Array.from({ length: count }, () => database.connect()));
  for (const session of sessions) void session.query('SELECT SLEEP(600)').catch(() => undefined);
  return sessions;
}

async function wake(sessions: readonly Session[]): Promise<void> {
  await executeOn(server, ...sessions.map(({ id }) => `KILL ${id}`));
}
