import { afterEach, beforeEach, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { tideover } from '../support/ledger/engine.js';
import { runLedger, summaryOf } from '../support/ledger/run.js';
import { scaleFromEnvironment } from '../support/ledger/scale.js';

const scale = scaleFromEnvironment();

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.drop());

const counts = scale.tables === null ? [1, 5, 20] : [scale.tables];
const runs = counts.flatMap((tables) => Array.from({ length: scale.runs }, (_, run) => ({ tables, run })));

test.each(runs)(
  'of $tables tables leaves exactly what was acknowledged, run $run',
  async ({ tables, run: number }) => {
    const result = await runLedger({
      settings: database.settings,
      writers: scale.writers,
      seed: scale.runs === 1 ? scale.seed : `${scale.seed}-${number}`,
      tables,
      minMs: scale.minMs,
      migration: tideover({ busyFor: 300 }),
    });
    console.log(summaryOf(result));
    if ('error' in result.migration) throw result.migration.error;
    expect(result.faults).toEqual([]);
    expect(result.migration.report).toMatchObject({ lostWrites: 0, rowsRepaired: 0, method: 'copied' });
    expect(result.migration.report.changesApplied).toBeGreaterThan(0);
  },
  120_000 + scale.minMs,
);
