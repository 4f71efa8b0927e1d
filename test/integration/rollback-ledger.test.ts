import { afterEach, beforeEach, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { runLedger, summaryOf } from '../support/ledger/run.js';
import { scaleFromEnvironment } from '../support/ledger/scale.js';
import { thereAndBack, thereAndBackWithDeaths } from '../support/ledger/there-and-back.js';

/** Writers before the cutover, on the new tables, and after the way back: nothing that was acknowledged is missing in the old tables. */

const scale = scaleFromEnvironment();

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.drop());

const counts = scale.tables === null ? [3] : [scale.tables];
const runs = counts.flatMap((tables) => Array.from({ length: scale.runs }, (_, run) => ({ tables, run })));

test.each(runs)(
  'there and back with $tables tables leaves exactly what was acknowledged, run $run',
  async ({ tables, run: number }) => {
    const result = await runLedger({
      settings: database.settings,
      writers: scale.writers,
      seed: scale.runs === 1 ? scale.seed : `${scale.seed}-${number}`,
      tables,
      minMs: scale.minMs,
      goesBack: true,
      migration: thereAndBack({ busyFor: 600 }),
    });
    console.log(summaryOf(result));
    if ('error' in result.migration) throw result.migration.error;
    expect(result.faults).toEqual([]);
    expect(result.migration.report).toMatchObject({
      lostWrites: 0,
      rowsRepaired: 0,
      window: { end: 'rolled-back', lostWrites: 0, rowsRepaired: 0 },
    });
    expect(result.migration.report.window!.changesApplied).toBeGreaterThan(0);
  },
  120_000 + scale.minMs,
);

test('and so it does when an engine is killed in the window, and one right after the RENAME back', async () => {
  const result = await runLedger({
    settings: database.settings,
    writers: scale.writers,
    seed: scale.seed,
    tables: 2,
    goesBack: true,
    migration: thereAndBackWithDeaths(200),
  });
  console.log(summaryOf(result));
  if ('error' in result.migration) throw result.migration.error;
  expect(result.faults).toEqual([]);
  expect(result.migration.report).toMatchObject({ window: { end: 'rolled-back', lostWrites: 0, cutover: null } });
}, 240_000);

test('and would not without the writes between the RENAME and the engine that follows', async () => {
  const result = await runLedger({
    settings: database.settings,
    writers: scale.writers,
    seed: scale.seed,
    tables: 1,
    goesBack: true,
    migration: thereAndBack({ busyFor: 100, safeties: { followsBack: false, verification: false } }),
  });
  console.log(summaryOf(result));
  if ('error' in result.migration) throw result.migration.error;
  expect(result.differences.length).toBeGreaterThan(0);
}, 120_000);
