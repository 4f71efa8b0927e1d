import { afterEach, expect, test } from 'vitest';
import type { TideoverError } from '../../src/errors.js';
import { createMigration } from '../../src/migration/create.js';
import type { Report } from '../../src/migration/events.js';
import { createOperator } from '../../src/migration/operator.js';
import type { MigrationOptions } from '../../src/migration/options.js';
import { testDatabase } from '../support/database.js';
import { operations } from '../support/ledger/operations.js';
import { runLedger, summaryOf, type MigrationTask } from '../support/ledger/run.js';
import { scaleFromEnvironment } from '../support/ledger/scale.js';
import type { Workload } from '../support/ledger/workload.js';
import { startRun } from '../support/local-run.js';
import { promote, startPair } from '../support/promotion.js';
import type { TestReplica, TestServer } from '../support/server.js';
import { withSession } from '../support/sessions.js';
import { tcpProxy } from '../support/tcp-proxy.js';

/** The primary dies during a run, its replica takes its place, service and operator turn to it, and the same `run` is called again. */

const scale = scaleFromEnvironment();
const patience = { lockTimeoutMs: 1_000, cutoverDeadlineMs: 20_000 };

let primary: TestServer;
let replica: TestReplica;
afterEach(() => primary.stop());

async function pair(args: readonly string[] = []): Promise<void> {
  ({ primary, replica } = await startPair(args));
}

/** The first engine's run; the primary is dead when it resolves. */
type FirstRun = (options: MigrationOptions, workload: Workload) => Promise<void>;

/** Writers all the while, through an address that moves from the dead primary to the promoted replica; answers with what the second engine told. */
async function ledgerOverFailOver(firstRun: FirstRun): Promise<{ report: Report; resumed: boolean | null }> {
  await pair();
  const database = await testDatabase(primary);
  await using address = await tcpProxy(primary);
  const settings = { ...database.settings, port: address.port };
  const migration = async ({ alter, workload }: MigrationTask) => {
    const options = { ...patience, connection: settings, alter };
    await firstRun(options, workload);
    await promote(replica);
    address.switchTo(replica);
    await workload.more(50);
    let resumed: boolean | null = null;
    const second = createMigration({ ...options, hooks: { 'before-cutover': [() => workload.more(100)] } });
    second.on('run:started', (event) => (resumed = event.resumed));
    return { report: await second.run(), resumed };
  };
  const { seed } = scale;
  // A number that was given out by AUTO_INCREMENT and rolled back is not known to a replica: it gives it out again.
  const only = operations.map(({ name }) => name).filter((name) => name !== 'insert keyless');
  const result = await runLedger({ settings, writers: 4, seed, tables: 2, transactionsAround: 100, only, migration });
  console.log(summaryOf(result));
  if ('error' in result.migration) throw result.migration.error;
  // That connections broke the service has seen; nothing else.
  expect(result.faults.filter((fault) => !fault.startsWith('the service saw error 0 '))).toEqual([]);
  return result.migration.report;
}

const exact = { lostWrites: 0, rowsRepaired: 0, method: 'copied' };

test('a primary that dies while rows are copied: the run goes on at the same GTID position', async () => {
  const continued = await ledgerOverFailOver(async (options, workload) => {
    const { report, told } = startRun({ ...options, copyWorkers: 1, chunkTimeMs: 20 });
    await told('phase:entered', ({ phase }) => phase === 'copying');
    await workload.more(50);
    await primary.kill9();
    await expect(report).rejects.toMatchObject({ outcome: 'resumable' });
  });
  expect(continued).toMatchObject({ resumed: true, report: exact });
});

test('one that dies when all is copied, and the engine gone: what was written since its checkpoint is applied', async () => {
  const continued = await ledgerOverFailOver(async (options, workload) => {
    const stop = new AbortController();
    const migration = createMigration({ ...options, postponeCutover: true, signal: stop.signal });
    migration.on('cutover:postponed', () => stop.abort());
    await expect(migration.run()).rejects.toMatchObject({ code: 'interrupted' });
    await workload.more(100);
    await primary.kill9();
  });
  expect(continued).toMatchObject({ resumed: true, report: exact });
});

test('one that dies right after the swap: the next run finds the new tables live, and no write lost', async () => {
  const continued = await ledgerOverFailOver(async (options) => {
    const migration = createMigration({ ...options, hooks: { switched: [() => primary.kill9()] } });
    await expect(migration.run()).rejects.toMatchObject({ outcome: 'swapped' });
  });
  expect(continued).toMatchObject({ resumed: null, report: { lostWrites: 0, cutover: null } });
});

test('a replica that did not log what it replicated cannot continue the run: exit code 5, the source as it was, and another run does it', async () => {
  await pair(['--skip-log-slave-updates']);
  const database = await testDatabase(primary);
  await database.query('CREATE TABLE t (id INT PRIMARY KEY, k INT NOT NULL)');
  await database.query('INSERT INTO t SELECT seq, seq FROM seq_1_to_1000');
  const alter = ['ALTER TABLE t ADD COLUMN note INT NOT NULL DEFAULT 7'];
  const first = startRun({ connection: database.settings, alter, postponeCutover: true });
  await first.told('cutover:postponed');
  await database.query('UPDATE t SET k = -k');
  await primary.kill9();
  await expect(first.report).rejects.toMatchObject({ outcome: 'resumable' });
  await promote(replica);
  const connection = replica.settings(database.name);
  const refused = await createMigration({ connection, alter })
    .run()
    .catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'binlog-purged', exitCode: 5, outcome: 'untouched' });
  expect((refused as TideoverError).hint).toContain('log_slave_updates');
  const operator = createOperator(connection);
  await operator.abort();
  await operator.close();
  await expect(createMigration({ connection, alter }).run()).resolves.toMatchObject({
    rowsCopied: 1000,
    lostWrites: 0,
  });
  const sums = await withSession(replica, (session) =>
    session.query(`SELECT SUM(k) AS k, SUM(note) AS note FROM ${database.name}.t`),
  );
  expect(sums).toEqual([{ k: '-500500', note: '7000' }]);
});
