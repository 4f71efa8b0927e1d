import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { quoteId, quoteString } from '../../src/db/quote.js';
import type { Session } from '../../src/db/session.js';
import { createMigration } from '../../src/migration/create.js';
import type { Report } from '../../src/migration/events.js';
import type { MigrationOptions } from '../../src/migration/options.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { LagMeter } from '../support/lag-meter.js';
import { runLedger, summaryOf, type LedgerResult, type MigrationTask } from '../support/ledger/run.js';
import { scaleFromEnvironment } from '../support/ledger/scale.js';
import { runWeb, webSummaryOf } from '../support/ledger/webs/run.js';
import { webs } from '../support/ledger/webs/webs.js';
import { startRun } from '../support/local-run.js';
import { startServer, type TestReplica, type TestServer } from '../support/server.js';
import { executeOn, withSession } from '../support/sessions.js';

/** A primary with two replicas, one that replays in turn and one in parallel: a migration under writers leaves all three equal, and waits for them. */

const scale = scaleFromEnvironment();
const thinkMs = 5;

let primary: TestServer;
let replicas: readonly TestReplica[];
let database: TestDatabase;

beforeAll(async () => {
  primary = await startServer();
  replicas = await Promise.all([
    primary.startReplica(),
    primary.startReplica({ args: ['--slave-parallel-threads=4', '--slave-parallel-mode=optimistic'] }),
  ]);
});
afterAll(() => primary.stop());

beforeEach(async () => {
  database = await testDatabase(primary);
});
afterEach(() => database.drop());

const maxLagMs = 5_000;

/** With both replicas watched, as the operator of three servers would call it. */
function optionsOf({ settings, alter, workload }: MigrationTask): MigrationOptions {
  return {
    connection: settings,
    alter,
    replicas: replicas.map(({ host, port }) => `mariadb://${host}:${port}`),
    maxLagMs,
    lockTimeoutMs: 1_000,
    cutoverDeadlineMs: 20_000,
    hooks: { 'before-cutover': [() => workload.more(100)] },
  };
}

/** Every table of the run's schemas and of the journal, as structure and checksum. */
async function contentOf(server: TestServer): Promise<ReadonlyMap<string, string>> {
  return withSession(server, async (session) => {
    const content = new Map<string, string>();
    for (const [schema, table] of await tablesOf(session)) {
      const name = `${quoteId(schema)}.${quoteId(table)}`;
      const { 'Create Table': structure } = await session.queryOne(`SHOW CREATE TABLE ${name}`);
      // The counter is no matter of rows: a replica does not hear of numbers that were given out and rolled back.
      const compared = structure?.replace(/ AUTO_INCREMENT=\d+/, '');
      content.set(`${schema}.${table}`, `${await checksum(session, name)} ${compared}`);
    }
    return content;
  });
}

/** Not CHECKSUM TABLE: it was seen to give another number for the same rows, where a column is generated. */
async function checksum(session: Session, table: string): Promise<string> {
  const columns = (await session.query(`SHOW COLUMNS FROM ${table}`)).map(({ Field }) => quoteId(Field!));
  const row = columns.map((column) => `IFNULL(HEX(${column}), 'NULL')`).join(', ');
  const { sum } = await session.queryOne(
    `SELECT CONCAT(COUNT(*), ':', SUM(CONV(LEFT(MD5(CONCAT_WS(',', ${row})), 12), 16, 10))) AS sum FROM ${table}`,
  );
  return sum ?? 'empty';
}

async function tablesOf(session: Session): Promise<[string, string][]> {
  const schemas = [database.name, `${database.name}__shadow`, `${database.name}__retired`, 'tideover'];
  const rows = await session.query(
    `SELECT TABLE_SCHEMA AS s, TABLE_NAME AS t FROM information_schema.TABLES
      WHERE TABLE_SCHEMA IN (${schemas.map(quoteString).join(', ')}) ORDER BY 1, 2`,
  );
  return rows.map(({ s, t }) => [s!, t!]);
}

/** The statements in a replica's own log that put tables live. */
async function swapsIn(replica: TestReplica): Promise<string[]> {
  return withSession(replica, async (session) => {
    const swaps: string[] = [];
    for (const { Log_name } of await session.query('SHOW BINARY LOGS')) {
      const events = await session.query(`SHOW BINLOG EVENTS IN ${quoteString(Log_name!)}`);
      const statements = events.flatMap(({ Event_type, Info }) => (Event_type === 'Query' && Info ? [Info] : []));
      const retired = quoteId(`${database.name}__retired`);
      swaps.push(...statements.filter((sql) => sql.includes('RENAME TABLE ') && sql.includes(retired)));
    }
    return swaps;
  });
}

async function replicasAreEqual(tables: readonly string[]): Promise<void> {
  const expected = await contentOf(primary);
  expect(expected.size).toBeGreaterThan(2 * tables.length);
  for (const replica of replicas) {
    await replica.caughtUp();
    expect(await contentOf(replica)).toEqual(expected);
    const swaps = await swapsIn(replica);
    expect(swaps).toHaveLength(1);
    for (const table of tables) expect(swaps[0]).toContain(quoteId(table));
  }
}

function sound(result: LedgerResult<Report>): void {
  if ('error' in result.migration) throw result.migration.error;
  expect(result.faults).toEqual([]);
  expect(result.migration.report).toMatchObject({ lostWrites: 0, rowsRepaired: 0, method: 'copied' });
}

test('tables under writers are the same on the replicas, which stop in between: the copy waits, and the lag is kept', async () => {
  await using meter = await LagMeter.start(primary, replicas);
  const waited: string[] = [];
  const migrate = async (task: MigrationTask): Promise<Report> => {
    const [, parallel] = replicas;
    await executeOn(parallel!, 'STOP SLAVE SQL_THREAD');
    const { report, told } = startRun(optionsOf(task));
    const { throttled, rowsCopied } = await told(
      'progress:made',
      ({ phase, throttled: reason }) => phase === 'copying' && reason?.includes(`:${parallel!.port} `) === true,
    );
    waited.push(throttled!);
    expect(rowsCopied).toBe(0);
    const free = told('throttle:changed', ({ reason }) => reason === null);
    await executeOn(parallel!, 'START SLAVE SQL_THREAD');
    await free;
    meter.reset();
    return report;
  };
  const { seed } = scale;
  const result = await runLedger({
    settings: database.settings,
    writers: 4,
    seed,
    tables: 4,
    thinkMs,
    transactionsAround: 100,
    migration: migrate,
  });
  console.log(`${summaryOf(result)}; waited for ${waited.join()}; lag ${meter.longestMs.join(' and ')} ms`);
  sound(result);
  expect(Math.max(...meter.longestMs)).toBeLessThan(maxLagMs);
  await replicasAreEqual(result.tables);
});

test('so is a web of foreign keys', async () => {
  const { seed } = scale;
  const [web] = webs;
  const result = await runWeb({
    settings: database.settings,
    web: web!,
    migrate: web!.migrations[0]!,
    writers: 4,
    seed,
    baseRows: 1_000,
    transactionsAround: 100,
    thinkMs,
    migration: (task) => createMigration(optionsOf(task)).run(),
  });
  console.log(`${webSummaryOf(result)}: ${summaryOf(result)}`);
  sound(result);
  await replicasAreEqual(result.tables);
});

test('reading the binlog from one of them is refused, with the reason and what to do', async () => {
  await database.query('CREATE TABLE t (id INT PRIMARY KEY)');
  const [replica] = replicas;
  const { refusals } = await createMigration({
    connection: database.settings,
    alter: ['ALTER TABLE t ADD COLUMN note INT NOT NULL DEFAULT 7'],
    tailFrom: `mariadb://${replica!.host}:${replica!.port}`,
  }).plan();
  expect(refusals).toEqual([
    {
      code: 'tail-from-replica',
      table: null,
      message: expect.stringContaining('does not prove that it has every change') as string,
      remedy: expect.stringContaining('Leave --tail-from out') as string,
    },
  ]);
});
