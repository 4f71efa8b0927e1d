import { parseArgs } from 'node:util';
import { messageOf } from '../../../src/errors.js';
import type { ConnectionSettings } from '../../../src/db/dsn.js';
import { Client } from './client.js';
import { tideover } from './engine.js';
import { runLedger, summaryOf } from './run.js';
import { scaleFromEnvironment } from './scale.js';
import { startServer } from '../server.js';

const usage = `npx tsx test/support/ledger/soak.ts [--runs N] [--durable]
Ledger runs with different seeds at 1, 5 and 20 tables by turns; one line per run and a summary.
LEDGER_SEED, LEDGER_TABLES, LEDGER_WRITERS and LEDGER_SECONDS as in the tests.`;

const tableCounts = [1, 5, 20];

/** Returns what was wrong, null when nothing was. */
async function soakOnce(settings: ConnectionSettings, run: number, seed: string): Promise<string | null> {
  const { tables, writers, minMs } = scaleFromEnvironment();
  const started = performance.now();
  const result = await runLedger({
    settings,
    seed,
    tables: tables ?? tableCounts[run % tableCounts.length]!,
    writers,
    minMs,
    migration: tideover({ busyFor: 300 }),
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const faults = [...result.faults];
  let engine = '';
  if ('error' in result.migration) faults.push(`the migration failed: ${messageOf(result.migration.error)}`);
  else {
    const { changesApplied, rowsRepaired, lostWrites, cutover } = result.migration.report;
    engine = `applied ${changesApplied}, repaired ${rowsRepaired}, lost ${lostWrites ?? '?'}, attempts ${cutover?.attempts ?? 0}, stall ${Math.round(cutover?.writeStallMs ?? 0)} ms`;
    if (lostWrites !== 0) faults.push(`the engine reports ${lostWrites} lost writes`);
    if (rowsRepaired > 0) faults.push(`the verifier repaired ${rowsRepaired} rows`);
  }
  console.log(`${run + 1}: ${summaryOf(result)}, ${engine}, ${seconds} s`);
  if (faults.length === 0) return null;
  console.log([...faults, ...result.alter].join('\n'));
  return `seed ${seed}`;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { runs: { type: 'string' }, durable: { type: 'boolean' }, help: { type: 'boolean' } },
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
      const fault = await soakOnce(server.settings(database), run, count === 1 ? seed : `${seed}-${run}`);
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
