import { parseArgs } from 'node:util';
import { messageOf } from '../../../src/errors.js';
import type { ConnectionSettings } from '../../../src/db/dsn.js';
import { Client } from './client.js';
import { tideover } from './engine.js';
import type { Report } from '../../../src/index.js';
import { runLedger, summaryOf, type LedgerResult } from './run.js';
import { scaleFromEnvironment } from './scale.js';
import { thereAndBack } from './there-and-back.js';
import { runWeb, webSummaryOf } from './webs/run.js';
import { webs } from './webs/webs.js';
import { startServer } from '../server.js';

const usage = `npx tsx test/support/ledger/soak.ts [--runs N] [--durable] [--webs | --rollback]
Ledger runs with different seeds at 1, 5 and 20 tables by turns, or on webs of foreign keys with each choice of migrated tables by turns,
or with a cutover and a rollback at 1 and 5 tables by turns;
one line per run and a summary.
LEDGER_SEED, LEDGER_TABLES, LEDGER_WRITERS and LEDGER_SECONDS as in the tests.`;

const tableCounts = [1, 5, 20];

/** Pause of a writer between transactions on a web, whose cascades change many rows each, ms. */
const webThinkMs = 5;

/** Every web with every set of migrated tables. */
const webChoices = webs.flatMap((web) => web.migrations.map((migrate) => ({ web, migrate })));

interface Turn {
  readonly settings: ConnectionSettings;
  readonly run: number;
  readonly seed: string;
}

async function soakTables({ settings, run, seed }: Turn): Promise<{ result: LedgerResult<Report>; summary: string }> {
  const { tables, writers, minMs } = scaleFromEnvironment();
  const count = tables ?? tableCounts[run % tableCounts.length]!;
  const migration = tideover({ busyFor: 300 });
  const result = await runLedger({ settings, seed, tables: count, writers, minMs, migration });
  return { result, summary: summaryOf(result) };
}

async function soakWeb({ settings, run, seed }: Turn): Promise<{ result: LedgerResult<Report>; summary: string }> {
  const { writers, minMs } = scaleFromEnvironment();
  const choice = webChoices[run % webChoices.length]!;
  const migration = tideover({ busyFor: 300 });
  const result = await runWeb({ settings, seed, ...choice, writers, minMs, thinkMs: webThinkMs, migration });
  return { result, summary: `${webSummaryOf(result)}: ${summaryOf(result)}` };
}

async function soakBack({ settings, run, seed }: Turn): Promise<{ result: LedgerResult<Report>; summary: string }> {
  const { tables, writers, minMs } = scaleFromEnvironment();
  const count = tables ?? tableCounts[run % 2]!;
  const migration = thereAndBack({ busyFor: 600 });
  const result = await runLedger({ settings, seed, tables: count, writers, minMs, goesBack: true, migration });
  return { result, summary: summaryOf(result) };
}

/** Returns what was wrong, null when nothing was. */
async function soakOnce(turn: Turn, soak: typeof soakTables): Promise<string | null> {
  const started = performance.now();
  const { result, summary } = await soak(turn);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const faults = [...result.faults];
  let engine = '';
  if ('error' in result.migration) faults.push(`the migration failed: ${messageOf(result.migration.error)}`);
  else {
    const { changesApplied, rowsRepaired, lostWrites, cutover } = result.migration.report;
    engine = `applied ${changesApplied}, repaired ${rowsRepaired}, lost ${lostWrites ?? '?'}, attempts ${cutover?.attempts ?? 0}, stall ${Math.round(cutover?.writeStallMs ?? 0)} ms`;
    const { window } = result.migration.report;
    if (window !== null) {
      engine += `; back: applied ${window.changesApplied}, repaired ${window.rowsRepaired}, lost ${window.lostWrites ?? '?'}, stall ${Math.round(window.cutover?.writeStallMs ?? 0)} ms`;
      if (window.end !== 'rolled-back' || window.lostWrites !== 0 || window.rowsRepaired > 0)
        faults.push(`the way back: ${JSON.stringify(window)}`);
    }
    if (lostWrites !== 0) faults.push(`the engine reports ${lostWrites} lost writes`);
    if (rowsRepaired > 0) faults.push(`the verifier repaired ${rowsRepaired} rows`);
  }
  console.log(`${turn.run + 1}: ${summary}, ${engine}, ${seconds} s`);
  if (faults.length === 0) return null;
  console.log([...faults, ...result.alter].join('\n'));
  return `seed ${turn.seed}`;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string' },
      durable: { type: 'boolean' },
      webs: { type: 'boolean' },
      rollback: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const { runs, seed } = scaleFromEnvironment();
  const count = Number(values.runs ?? runs);
  const server = await startServer({ args: ['--innodb-buffer-pool-size=512M'], durable: values.durable ?? false });
  const failed: string[] = [];
  try {
    for (let run = 0; run < count; run++) {
      const database = `soak_${run}`;
      const control = await Client.open(server.settings('mysql'));
      await control.execute(`CREATE DATABASE ${database}`);
      const turn = { settings: server.settings(database), run, seed: count === 1 ? seed : `${seed}-${run}` };
      const fault = await soakOnce(turn, values.rollback ? soakBack : values.webs ? soakWeb : soakTables);
      if (fault !== null) failed.push(fault);
      for (const schema of [database, `${database}__shadow`, `${database}__retired`]) {
        await control.execute(`DROP DATABASE IF EXISTS ${schema}`);
      }
      await control.close();
    }
  } finally {
    await server.stop();
  }
  console.log(
    `${count - failed.length} of ${count} runs equal${failed.length > 0 ? `; not: ${failed.join(', ')}` : ''}`,
  );
  return failed.length === 0 ? 0 : 1;
}

process.exitCode = await main();
