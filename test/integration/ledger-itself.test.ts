import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { Client, failureOf } from '../support/ledger/client.js';
import { Random, seedFromEnvironment } from '../support/ledger/random.js';
import { runLedger, summaryOf, type LedgerRunOptions } from '../support/ledger/run.js';
import { shapes } from '../support/ledger/shapes.js';
import { hangingCommits } from '../support/semi-sync.js';
import { startServer, type TestServer } from '../support/server.js';

// The test of the test: the ledger must be right where nothing is lost, and must see what is.

const seed = seedFromEnvironment();
const [plain, unique, composite] = shapes;
/** ER_NO_SUCH_THREAD: the session ended between the two statements. */
const unlessGone = (error: unknown) => {
  if (failureOf(error).errno !== 1094) throw error;
};
const notMigrated = new Error('nobody migrates');
const nobodyMigrates = () => Promise.reject(notMigrated);

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.drop());

async function run<Result>(options: Omit<LedgerRunOptions<Result>, 'settings' | 'writers' | 'seed'>) {
  const result = await runLedger({ seed, settings: database.settings, writers: 8, ...options });
  console.log(summaryOf(result));
  return result;
}

const small = { tables: 1, baseRows: 200, transactionsAround: 100 };

test('finds tables equal that nobody migrates', async () => {
  const result = await run({ tables: 5, migration: nobodyMigrates });
  expect(result.faults).toEqual([]);
  expect(result.committed).toBeGreaterThan(300);
});

test("finds tables equal after the server's own ALTER TABLE, with the added columns", async () => {
  const result = await run({
    tables: 1,
    migration: async ({ settings, tables, alter }) => {
      // Without the lock ALTER takes the AUTO_INCREMENT counter from before it has the table for itself, and gives keys out twice.
      const client = await Client.open(settings);
      await client.execute(`LOCK TABLES ${tables.map((table) => `${table} WRITE`).join(', ')}`);
      for (const statement of alter) await client.execute(statement);
      await client.close();
    },
  });
  expect(result.faults).toEqual([]);
});

const damages = [
  { what: 'a row that vanished', sql: (t: string) => `DELETE FROM ${t} ORDER BY id DESC LIMIT 1`, kind: 'missing' },
  {
    what: 'a row that came back',
    sql: (t: string) => `INSERT INTO ${t} (id, v) VALUES (9000000, 'ghost')`,
    kind: 'extra',
  },
  {
    what: 'a value that was changed',
    sql: (t: string) => `UPDATE ${t} SET raw = x'00' WHERE n = 0 LIMIT 1`,
    kind: 'different',
  },
  {
    what: 'an increment that was lost',
    sql: (t: string) => `UPDATE ${t} SET n = n - 1 WHERE id = 4`,
    kind: 'different',
  },
  { what: 'a space that was cut', sql: (t: string) => `UPDATE ${t} SET v = CONCAT(v, ' ') LIMIT 1`, kind: 'different' },
];
test.each(damages)('names $what', async ({ sql, kind }) => {
  // The damage is done when the writers have stopped: before them it would be noticed, too, but as an observation.
  const result = await run({ ...small, shapes: [plain!], migration: nobodyMigrates, afterwards: sql });
  expect(result.differences.map((difference) => difference.kind)).toEqual([kind]);
  expect(result.faults.join()).toContain(result.differences[0]!.key);
});

test('takes back a transaction whose connection was cut', async () => {
  const result = await run({
    ...small,
    tables: 3,
    shapes: [unique!, composite!],
    migration: async ({ settings, workload }) => {
      // Outside the database, so that it does not find itself among the service's sessions.
      const control = await Client.open({ ...settings, database: 'mysql' });
      for (let round = 0; round < 20; round++) {
        await workload.more(20);
        const sessions = (await control.query('SHOW PROCESSLIST')).filter(({ db }) => db === settings.database);
        for (const { Id } of sessions.slice(0, 3)) await control.execute(`KILL ${Id!}`).catch(unlessGone);
      }
      await control.close();
      throw notMigrated;
    },
  });
  expect(result.migration).toEqual({ error: notMigrated });
  expect(result.errors['0'] ?? 0).toBeGreaterThan(10);
  expect(result.differences).toEqual([]);
});

test('allows either end of a transaction whose COMMIT was never answered, and nothing else', async () => {
  const server = await startServer({ durable: true });
  try {
    const crashing = await testDatabase(server);
    const result = await runLedger({
      ...small,
      settings: crashing.settings,
      seed,
      tables: 3,
      writers: 8,
      migration: async ({ workload }) => {
        for (let crash = 0; crash < 3; crash++) {
          await workload.more(50);
          await crashInCommits(server);
        }
        throw notMigrated;
      },
    });
    await crashing.drop();
    console.log(summaryOf(result));
    expect(result.migration).toEqual({ error: notMigrated });
    expect(result.doubts).toBeGreaterThan(3);
    expect(result.differences).toEqual([]);
  } finally {
    await server.stop();
  }
});

/** Kills the server while commits are in its log and wait for a replica that does not exist: the recovery completes them. */
async function crashInCommits(server: TestServer): Promise<void> {
  const control = await server.connect();
  await control.execute('SET GLOBAL rpl_semi_sync_master_enabled = ON');
  while ((await hangingCommits(control)).length < 4) await delay(10);
  await server.kill9();
  control.destroy();
  await server.restart();
}

test('makes the same choices from the same seed', () => {
  const choices = (seed: string) => {
    const random = new Random(seed).fork('writer 3').fork(17);
    return Array.from({ length: 50 }, () => random.below(1000));
  };
  expect(choices('a')).toEqual(choices('a'));
  expect(choices('a')).not.toEqual(choices('b'));
});
