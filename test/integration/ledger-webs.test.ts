import { afterEach, beforeEach, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { tideover } from '../support/ledger/engine.js';
import { Random } from '../support/ledger/random.js';
import { summaryOf } from '../support/ledger/run.js';
import { scaleFromEnvironment } from '../support/ledger/scale.js';
import { runWeb, webSummaryOf } from '../support/ledger/webs/run.js';
import { webs } from '../support/ledger/webs/webs.js';

const scale = scaleFromEnvironment();

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.drop());

/** Writers without a pause change every row of such small tables once a second through the cascades: then nothing ever is quiet. */
const thinkMs = 5;

const runs = Array.from({ length: scale.runs }, (_, run) => (scale.runs === 1 ? scale.seed : `${scale.seed}-${run}`));
const choices = runs.flatMap((seed) =>
  webs.map((web) => ({
    seed,
    web,
    name: web.name,
    migrate: new Random(seed).fork(`migrated of ${web.name}`).pick(web.migrations),
  })),
);

test.each(choices)(
  'of the web $name leaves its rows, its foreign keys and what they do, with $migrate migrated, seed $seed',
  async ({ seed, web, migrate }) => {
    const result = await runWeb({
      settings: database.settings,
      web,
      migrate,
      writers: scale.writers,
      seed,
      baseRows: 1_000,
      transactionsAround: 150,
      minMs: scale.minMs,
      thinkMs,
      migration: tideover({ busyFor: 150 }),
    });
    console.log(`${webSummaryOf(result)}: ${summaryOf(result)}`);
    if ('error' in result.migration) throw result.migration.error;
    expect(result.faults).toEqual([]);
    expect(result.migration.report).toMatchObject({ lostWrites: 0, rowsRepaired: 0, method: 'copied' });
    expect(result.migration.report.changesApplied).toBeGreaterThan(0);
    expect(result.cascaded).toBeGreaterThan(0);
  },
  120_000 + scale.minMs,
);
