import { createConnection } from 'mysql2/promise';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMigration } from '../../src/migration/create.js';
import type { MigrationOptions } from '../../src/migration/options.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { startRun } from '../support/local-run.js';

/** A foreign key that the change adds: the service does not know it until the new tables are live. */

let database: TestDatabase;
let options: MigrationOptions;

beforeEach(async () => {
  database = await testDatabase();
  await database.query('CREATE TABLE parent (id INT PRIMARY KEY)');
  await database.query('CREATE TABLE child (id INT PRIMARY KEY, p INT)');
  await database.query('INSERT INTO parent VALUES (1)');
  await database.query('INSERT INTO child VALUES (1, 1), (2, NULL)');
  options = {
    connection: database.settings,
    alter: ['ALTER TABLE child ADD CONSTRAINT c_p FOREIGN KEY (p) REFERENCES parent (id)'],
  };
});
afterEach(() => database.drop());

async function foreignKeys(): Promise<string[]> {
  const keys = await database.query(
    'SELECT CONSTRAINT_NAME AS name FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()',
  );
  return keys.map(({ name }) => name!);
}

test('rows that it would refuse stop the run before the cutover', async () => {
  const before = async (): Promise<void> => {
    await database.query('INSERT INTO child VALUES (3, 77)');
  };
  await expect(createMigration({ ...options, hooks: { 'before-copy': [before] } }).run()).rejects.toMatchObject({
    code: 'apply-failed',
    message: 'rows do not fit the new structure: child: 1 value of (p) refer to no row of parent, as c_p demands: 77',
  });
  expect(await foreignKeys()).toEqual([]);
});

test('rows that came after that look are told: the tables are live', async () => {
  const reader = await database.connect();
  await reader.execute('BEGIN');
  await reader.query('SELECT COUNT(*) FROM child');
  const { report, told } = startRun({ ...options, lockTimeoutMs: 50 });
  await told('cutover:failed');
  await database.query('INSERT INTO child VALUES (4, 78)');
  await reader.close();
  await expect(report).rejects.toMatchObject({
    code: 'cleanup-failed',
    outcome: 'swapped',
    message: expect.stringMatching(/^the new tables are live, but 1 row\(s\) of \S*child\S* violate c_p$/) as string,
  });
  expect(await foreignKeys()).toEqual(['c_p']);
  expect(await database.query('SELECT id FROM child')).toEqual(['1', '2', '4'].map((id) => ({ id })));
});

test('parents and children that come together, in this order, stop nothing', async () => {
  const service = await createConnection({ ...database.settings, database: database.name });
  let over = false;
  const written = (async () => {
    for (let id = 1_000; !over; id++) {
      await service.query('INSERT INTO parent (id) VALUES (?)', [id]);
      await service.query('INSERT INTO child (id, p) VALUES (?, ?)', [id, id]);
    }
  })();
  const report = await createMigration({
    ...options,
    alter: [...options.alter!, 'ALTER TABLE parent ADD COLUMN note INT'],
  })
    .run()
    .finally(() => {
      over = true;
    });
  await written;
  await service.end();
  expect(report).toMatchObject({ lostWrites: 0 });
});

test('the look is given up when the run is stopped', async () => {
  const other = await createConnection({ ...database.settings, database: database.name });
  const stop = new AbortController();
  const block = async (): Promise<void> => {
    await other.query('LOCK TABLES parent WRITE');
  };
  const migration = createMigration({ ...options, signal: stop.signal, hooks: { 'before-cutover': [block] } });
  const run = { ended: false };
  const stopped = migration
    .run()
    .catch((thrown: unknown) => thrown)
    .finally(() => (run.ended = true));
  const isWaiting = async (): Promise<boolean> =>
    (await database.query('SHOW FULL PROCESSLIST')).some(
      ({ State, Info }) => State === 'Waiting for table metadata lock' && (Info ?? '').includes('NOT EXISTS'),
    );
  while (!run.ended && !(await isWaiting()));
  stop.abort();
  expect(await stopped).toMatchObject({ code: 'interrupted', outcome: 'resumable' });
  await other.end();
  expect(await createMigration(options).run()).toMatchObject({ lostWrites: 0 });
});
