/**
 * `npm run demo [-- --rows N --writers N]`: a table with a million rows gets a column and an index while writers hammer it.
 * Afterwards the table is compared, row for row, with a ledger of everything the server acknowledged to the writers. Then an HTTP service's table is
 * migrated behind the embedded buffer.
 */
import { parseArgs } from 'node:util';
import { createMigration, TideoverError, type ConnectionSettings, type Progress, type Report } from '../src/index.js';
import { compare, differencesText, type Comparison } from '../test/support/ledger/check.js';
import { Client } from '../test/support/ledger/client.js';
import { Ledger, ledgerTable } from '../test/support/ledger/ledger.js';
import { Random, seedFromEnvironment } from '../test/support/ledger/random.js';
import { sysbench, sysbenchFill } from '../test/support/ledger/shapes.js';
import { Workload } from '../test/support/ledger/workload.js';
import { startServer } from '../test/support/server.js';
import { migrateBehindBuffer } from './buffered.js';

const alter = `ALTER TABLE sbtest ADD COLUMN note VARCHAR(64) NOT NULL DEFAULT '', ADD INDEX (c)`;

/** The writers' part of the base rows; the others must come through unchanged. */
const writtenShare = 0.2;
/** Pause of a writer between transactions: eight writers then make some hundreds of transactions a second. */
const thinkMs = 5;
const transactionsAround = 1_000;
const fillBatch = 100_000;

const number = (value: number) => Math.round(value).toLocaleString('en-US');
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

/** Lines that stay, and on a terminal one line that is written over. */
class Screen {
  readonly #live = process.stdout.isTTY;
  #phase = '';
  #isOpen = false;

  say(line = ''): void {
    if (this.#isOpen) process.stdout.write('\n');
    this.#isOpen = false;
    console.log(line);
  }

  progress(progress: Progress, committed: number): void {
    const { phase, rowsCopied, rowsEstimated, backlog, changesApplied, rowsVerified, etaS } = progress;
    const share = rowsEstimated > 0 ? Math.min(100, (100 * rowsCopied) / rowsEstimated) : 0;
    const line = [
      phase.padEnd(12),
      `copied ${number(rowsCopied)} (${share.toFixed(0)} %)`,
      `applied ${number(changesApplied)}`,
      `backlog ${number(backlog)}`,
      `verified ${number(rowsVerified)}`,
      `service ${number(committed)} tx`,
      ...(etaS === null ? [] : [`ETA ${etaS.toFixed(0)} s`]),
    ].join(' · ');
    if (!this.#live) {
      if (phase !== this.#phase) console.log(`  ${line}`);
      this.#phase = phase;
      return;
    }
    process.stdout.write(`\r\x1b[2K  ${line.slice(0, process.stdout.columns - 3)}`);
    this.#isOpen = true;
  }
}

async function fill(settings: ConnectionSettings, rows: number): Promise<void> {
  const client = await Client.open(settings);
  try {
    // The fill is not part of the show; without the binlog it takes half the time.
    await client.execute('SET SESSION sql_log_bin = 0');
    await client.execute(`CREATE TABLE sbtest ${sysbench.definition}`);
    for (let from = 1; from <= rows; from += fillBatch) {
      const sequence = `seq_${from}_to_${Math.min(rows, from + fillBatch - 1)}`;
      await client.execute(`INSERT INTO sbtest (${sysbenchFill.columns}) ${sysbenchFill.select(sequence)}`);
    }
  } finally {
    await client.close();
  }
}

async function migrate(settings: ConnectionSettings, workload: Workload, screen: Screen): Promise<Report> {
  const migration = createMigration({ connection: settings, alter: [alter] });
  migration.on('progress:made', (progress) => screen.progress(progress, workload.committed));
  migration.on('cutover:failed', ({ attempt, reason }) =>
    screen.say(`  cutover attempt ${attempt} gave way: ${reason}`),
  );
  return migration.run();
}

function print(
  screen: Screen,
  report: Report,
  workload: Workload,
  comparison: Comparison,
  observations: readonly string[],
): void {
  const { differences, rows } = comparison;
  const lost = differences.length + observations.length + (report.lostWrites ?? 0);
  const errors = Object.entries(workload.errors).map(([errno, count]) => `${count} × ${errno}`);
  const facts: [string, string][] = [
    ['rows copied', number(report.rowsCopied)],
    ['changes applied', `${number(report.changesApplied)} keys that the service changed meanwhile`],
    ['verified equal', `${number(report.rowsVerified)} rows, ${report.rowsRepaired} repaired`],
    ['migration', seconds(report.durationMs)],
    [
      'write stall',
      `${(report.cutover?.writeStallMs ?? 0).toFixed(0)} ms at the cutover (${report.cutover?.attempts ?? 0} attempts)`,
    ],
    [
      'service',
      `${number(workload.committed)} transactions acknowledged, the slowest took ${number(workload.longestMs)} ms`,
    ],
    ['retried errors', errors.length === 0 ? 'none' : `${errors.join(', ')} (deadlocks among the writers are 1213)`],
    ['ledger', `${number(rows)} rows of the new table compared, every column`],
    ['lost writes', String(lost)],
  ];
  screen.say();
  screen.say('Report');
  for (const [name, value] of facts) screen.say(`  ${name.padEnd(16)} ${value}`);
  if (lost > 0) screen.say([...observations.slice(0, 5), differencesText(differences)].join('\n'));
}

async function demo(
  settings: ConnectionSettings,
  options: { rows: number; writers: number; seed: string },
  screen: Screen,
): Promise<boolean> {
  const { rows, writers, seed } = options;
  screen.say(`Filling sbtest with ${number(rows)} rows …`);
  await fill(settings, rows);
  const ledger = new Ledger([
    ledgerTable({ name: 'sbtest', shape: sysbench, baseRows: rows, writers, share: writtenShare }),
  ]);
  const workload = new Workload({ settings, desks: ledger.desks(), random: new Random(seed), thinkMs });
  screen.say(
    `${writers} writers start (seed ${seed}): inserts, updates, key updates, deletes, REPLACE, upserts, rollbacks.`,
  );
  workload.start();
  try {
    await workload.more(transactionsAround);
    screen.say(`Migrating: ${alter}`);
    const report = await migrate(settings, workload, screen);
    screen.say('The new table is live; the writers go on with it for a moment.');
    await workload.more(transactionsAround);
    await workload.stop();
    screen.say('Comparing every row with the ledger …');
    const comparison = await compare(settings, ledger, () => ({ note: '' }));
    print(screen, report, workload, comparison, ledger.observations);
    const faults = Object.keys(workload.harmfulErrors).length;
    return (
      comparison.differences.length === 0 && ledger.observations.length === 0 && report.lostWrites === 0 && faults === 0
    );
  } finally {
    // Ended already when all went well; a writer's own failure must not hide the one that brought us here.
    await workload.stop().catch(() => undefined);
  }
}

async function demoBuffer(settings: ConnectionSettings, screen: Screen): Promise<boolean> {
  screen.say(
    '\nAn HTTP service behind the embedded buffer: its clients create and delete notes while its table is migrated.',
  );
  const { traffic, held, longestHoldMs, lost, phantom } = await migrateBehindBuffer(settings);
  const failed = Object.values(traffic.failed).reduce((sum, count) => sum + count, 0);
  screen.say(`  requests         ${number(traffic.answered)} answered, ${failed} failed`);
  screen.say(`  held             ${held} in received order, the longest for ${longestHoldMs} ms`);
  screen.say(`  slowest request  ${number(traffic.longestMs)} ms`);
  screen.say(`  lost writes      ${lost}, executed without an answer or twice ${phantom}`);
  return failed === 0 && lost === 0 && phantom === 0;
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { rows: { type: 'string' }, writers: { type: 'string' } } });
  const options = {
    rows: Number(values.rows ?? 1_000_000),
    writers: Number(values.writers ?? 8),
    seed: seedFromEnvironment(),
  };
  const screen = new Screen();
  screen.say('Starting a private MariaDB …');
  const server = await startServer({ args: ['--innodb-buffer-pool-size=512M', '--innodb-log-file-size=256M'] });
  try {
    const control = await server.connect();
    for (const name of ['demo', 'demo_http']) await control.execute(`CREATE DATABASE ${name}`);
    await control.close();
    const isEqual = await demo(server.settings('demo'), options, screen);
    const isServed = await demoBuffer(server.settings('demo_http'), screen);
    const isRight = isEqual && isServed;
    screen.say(isRight ? '\nNothing was lost.' : '\nThe tables are NOT what was acknowledged.');
    return isRight ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TideoverError)) throw error;
    screen.say(`${error.code}: ${error.message}${error.hint === undefined ? '' : `\n${error.hint}`}`);
    return error.exitCode;
  } finally {
    await server.stop();
  }
}

process.exitCode = await main();
