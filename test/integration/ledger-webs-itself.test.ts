import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { Client, failureOf } from '../support/ledger/client.js';
import { Random, seedFromEnvironment } from '../support/ledger/random.js';
import { summaryOf, type MigrationTask } from '../support/ledger/run.js';
import { runWeb, webSummaryOf, type WebRunOptions } from '../support/ledger/webs/run.js';
import { webs } from '../support/ledger/webs/webs.js';

// The test of the test: the model must know what InnoDB's foreign keys do before it judges the engine, and must see what is wrong.

const seed = seedFromEnvironment();
const [chain] = webs;
const notMigrated = new Error('nobody migrates');
const nobodyMigrates = () => Promise.reject(notMigrated);
/** ER_NO_SUCH_THREAD: the session ended between the two statements. */
const unlessGone = (error: unknown) => {
  if (failureOf(error).errno !== 1094) throw error;
};

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

const lively = { baseRows: 1_000, transactionsAround: 500 };
const small = { baseRows: 200, transactionsAround: 60 };

/** What the server must have refused, so that the model has shown that it knows when: 1451 a parent with children, 1296 too deep a cascade. */
const refusals: Readonly<Record<string, readonly string[]>> = {
  star: ['1451'],
  tree: ['1451', '1296'],
  diamond: ['1451'],
};

test.each(webs)('the model of the web $name does what the server does', async (web) => {
  const result = await run({ ...lively, web, migrate: [], migration: nobodyMigrates });
  expect(result.migration).toEqual({ error: notMigrated });
  expect(result.faults).toEqual([]);
  expect(result.cascaded).toBeGreaterThan(100);
  expect(Object.keys(result.refused)).toEqual(expect.arrayContaining(['1452', ...(refusals[web.name] ?? [])]));
});

/** Runs statements while nobody else is at the tables. */
async function alone({ settings }: MigrationTask, tables: readonly string[], statements: readonly string[]) {
  const client = await Client.open(settings);
  try {
    // A row lock that waits for a name that waits for a row lock is a circle which the server does not see: then it is tried again.
    await client.execute('SET lock_wait_timeout = 1, foreign_key_checks = 0');
    const lock = `LOCK TABLES ${tables.map((name) => `${name} WRITE`).join(', ')}`;
    while (!(await locked(client, lock)));
    for (const statement of statements) await client.execute(statement);
  } finally {
    await client.close();
  }
}

const locked = (client: Client, lock: string): Promise<boolean> =>
  client.execute(lock).then(
    () => true,
    (error: unknown) => {
      if (failureOf(error).errno !== 1205) throw error;
      return false;
    },
  );

test.each(webs)("the web $name is equal after the server's own ALTER TABLE of some tables", async (web) => {
  const migrate = new Random(seed).fork(web.name).pick(web.migrations);
  const names = web.tables.map(({ name }) => name);
  const result = await run({ ...small, web, migrate, migration: (task) => alone(task, names, task.alter) });
  if ('error' in result.migration) throw result.migration.error;
  expect(result.faults).toEqual([]);
});

describe('names', () => {
  const unchecked = 'SET foreign_key_checks = 0';
  const reference = 'FOREIGN KEY (network_id) REFERENCES network (id) ON DELETE CASCADE ON UPDATE CASCADE';
  const damages = [
    {
      what: 'a child that a lost cascade left behind',
      sql: [unchecked, 'DELETE FROM network WHERE id = (SELECT MIN(network_id) FROM subnet)'],
      fault: /1 rows are not(.|\n)*network \d+: missing(.|\n)*have no parent: subnet_in_network/,
    },
    {
      what: 'a cascade too many',
      sql: ['DELETE FROM network WHERE id = (SELECT MIN(network_id) FROM subnet)'],
      fault: /subnet \d+: missing/,
    },
    {
      what: 'a child with another parent',
      sql: ['UPDATE subnet SET network_id = (SELECT MAX(id) FROM network) LIMIT 1'],
      fault: /subnet \d+: different/,
    },
    {
      what: 'a foreign key that was lost',
      sql: ['ALTER TABLE subnet DROP FOREIGN KEY subnet_in_network'],
      fault: /the foreign key subnet_in_network: .* is not there/,
    },
    {
      what: 'a foreign key with another name',
      sql: [
        'ALTER TABLE subnet DROP FOREIGN KEY subnet_in_network',
        `ALTER TABLE subnet ADD CONSTRAINT renamed ${reference}`,
      ],
      fault: /a foreign key too many: renamed/,
    },
    {
      what: 'another action',
      sql: [
        'ALTER TABLE subnet DROP FOREIGN KEY subnet_in_network',
        `ALTER TABLE subnet ADD CONSTRAINT subnet_in_network ${reference.replace('CASCADE', 'RESTRICT')}`,
      ],
      fault: /subnet_in_network: .* CASCADE\/CASCADE is not there/,
    },
  ];
  test.each(damages)('$what', async ({ sql, fault }) => {
    const result = await run({ ...small, web: chain!, migrate: [], migration: nobodyMigrates, afterwards: sql });
    expect(result.faults.join('\n')).toMatch(fault);
  });

  test('a foreign key from a table that was put away', async () => {
    const away = `${database.name}__retired`;
    await database.query(`CREATE DATABASE ${away}`);
    const old = `CONSTRAINT old FOREIGN KEY (network_id) REFERENCES ${database.name}.network (id)`;
    const result = await run({
      ...small,
      web: chain!,
      migrate: [],
      migration: nobodyMigrates,
      afterwards: [`CREATE TABLE ${away}.subnet (id INT PRIMARY KEY, network_id INT, ${old})`],
    });
    expect(result.faults.join()).toContain(`too many: old: ${away}/subnet -> ${database.name}/network`);
  });

  test('a service that is refused by a foreign key which looks at another table', async () => {
    const migration = async (task: MigrationTask) => {
      const elsewhere = reference.replace('network (', 'elsewhere (');
      await alone(
        task,
        ['project', 'network', 'subnet', 'lease', 'elsewhere'],
        [
          'ALTER TABLE subnet DROP FOREIGN KEY subnet_in_network',
          `ALTER TABLE subnet ADD CONSTRAINT subnet_in_network ${elsewhere}`,
        ],
      );
      await task.workload.more(200);
    };
    await database.query('CREATE TABLE elsewhere (id INT PRIMARY KEY)');
    const result = await run({ ...small, web: chain!, migrate: [], migration });
    if ('error' in result.migration) throw result.migration.error;
    expect(result.faults[0]).toMatch(/a writer gave up: refused: Cannot add or update a child row/);
  });
});

test('takes back a transaction whose connection was cut, or finds out that it happened', async () => {
  const migration = async ({ settings, workload }: MigrationTask) => {
    // Outside the database, so that it does not find itself among the service's sessions.
    const control = await Client.open({ ...settings, database: 'mysql' });
    for (let round = 0; round < 40; round++) {
      await workload.more(20);
      const sessions = (await control.query('SHOW PROCESSLIST')).filter(({ db }) => db === settings.database);
      for (const { Id } of sessions.slice(0, 3)) await control.execute(`KILL ${Id!}`).catch(unlessGone);
    }
    await control.close();
    throw notMigrated;
  };
  const cycle = webs.find(({ name }) => name === 'cycle')!;
  const result = await run({ ...small, web: cycle, migrate: [], migration });
  expect(result.migration).toEqual({ error: notMigrated });
  expect(result.errors['0'] ?? 0).toBeGreaterThan(10);
  expect(result.doubts).toBeGreaterThan(0);
  expect(result.faults).toEqual([`the service saw error 0 ${result.errors['0']!} times`]);
});
