import { afterEach, beforeEach, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { Client, failureOf } from '../support/ledger/client.js';
import { seedFromEnvironment } from '../support/ledger/random.js';
import { summaryOf, type MigrationTask } from '../support/ledger/run.js';
import { runWeb, webSummaryOf, type WebRunOptions } from '../support/ledger/webs/run.js';
import { webs } from '../support/ledger/webs/webs.js';

// The test of the test: the model must know what InnoDB's foreign keys do before it judges the engine, and must see what is wrong.

const seed = seedFromEnvironment();
const notMigrated = new Error('nobody migrates');
const nobodyMigrates = () => Promise.reject(notMigrated);

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.drop());

async function run<Result>(options: Omit<WebRunOptions<Result>, 'settings' | 'writers' | 'seed'>) {
  const result = await runWeb({ seed, settings: database.settings, writers: 8, ...options });
  console.log(`${webSummaryOf(result)}: ${summaryOf(result)}`);
  return result;
}

test.each(webs)('the model of the web $name does what the server does', async (web) => {
  const result = await run({ web, migrate: [], baseRows: 1_000, transactionsAround: 500, migration: nobodyMigrates });
  expect(result.migration).toEqual({ error: notMigrated });
  expect(result.faults).toEqual([]);
  expect(result.cascaded).toBeGreaterThan(100);
  expect(result.refused['1452']).toBeGreaterThan(0);
});
