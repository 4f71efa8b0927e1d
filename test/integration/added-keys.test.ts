import { createConnection } from 'mysql2/promise';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMigration } from '../../src/migration/create.js';
import type { MigrationOptions } from '../../src/migration/options.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

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

test('rows that a new foreign key would refuse stop the run before the cutover, and are told when they came later', async () => {
  const before = async (): Promise<void> => {
    await database.query('INSERT INTO child VALUES (3, 77)');
  };
  await expect(createMigration({ ...options, hooks: { 'before-copy': [before] } }).run()).rejects.toMatchObject({
    code: 'apply-failed',
    message: 'rows do not fit the new structure: child: 1 value of (p) refer to no row of parent, as c_p demands: 77',
  });
  await database.query('DELETE FROM child WHERE id = 3');
  // What comes between that look and the lock is told when the tables are live.
  const migration = createMigration(options);
  const written: Promise<unknown>[] = [];
  migration.on('cutover:attempted', () => void written.push(database.query('INSERT INTO child VALUES (4, 78)')));
  const error: unknown = await migration.run().catch((thrown: unknown) => thrown);
  await Promise.allSettled(written);
  expect((error as Error).message).toMatch(/1 row\(s\) of .*child.* violate c_p/);
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
