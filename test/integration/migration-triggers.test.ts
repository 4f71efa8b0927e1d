import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { currentPosition } from '../../src/binlog/position.js';
import { Server } from '../../src/db/server.js';
import { openJournal } from '../../src/journal/open-journal.js';
import { createMigration } from '../../src/migration/create.js';
import { engineAt } from '../support/cutover-engine.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { startServer, type TestServer } from '../support/server.js';
import { webOfAllKinds } from '../support/web-of-all-kinds.js';
import { createWeb, violations } from '../support/web-tables.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

describe('a table with triggers', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await testDatabase(server);
    await database.query('CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, v INT NOT NULL)');
    await database.query('CREATE TABLE log (n INT PRIMARY KEY AUTO_INCREMENT, id INT NOT NULL)');
    await database.query('CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW INSERT INTO log (id) VALUES (NEW.id)');
    await database.query('INSERT INTO t (v) SELECT seq FROM seq_1_to_1000');
    return () => database.drop();
  });

  test('is migrated; each row that is written meanwhile is logged once', async () => {
    const migration = createMigration({
      connection: database.settings,
      alter: ['ALTER TABLE t ADD added INT NOT NULL DEFAULT 7'],
      dropRetired: true,
    });
    const writer = await database.connect();
    let writing = true;
    const written = (async () => {
      while (writing) await writer.execute('INSERT INTO t (v) VALUES (1)');
    })();
    await migration.run();
    writing = false;
    await written;
    await writer.execute('INSERT INTO t (v) VALUES (2)');
    await writer.close();
    const [rows] = await database.query('SELECT COUNT(*) n, SUM(added = 7) added FROM t');
    expect(rows!['added']).toBe(rows!['n']);
    expect(await database.query('SELECT COUNT(*) n, COUNT(DISTINCT id) ids FROM log')).toEqual([
      { n: rows!['n'], ids: rows!['n'] },
    ]);
    expect(
      await database.query(
        `SELECT TABLE_NAME t FROM information_schema.TABLES WHERE TABLE_SCHEMA LIKE '${database.name}%' ORDER BY 1`,
      ),
    ).toEqual([{ t: 'log' }, { t: 't' }]);
  });
});

describe('an engine dies right after its RENAME', () => {
  const alter = 'ALTER TABLE hub ADD added INT NOT NULL DEFAULT 7';

  test('the next run finishes what the journal says, and tells what was missing meanwhile', async () => {
    const session = await server.connect();
    const change = await createWeb(session, webOfAllKinds);
    const journal = await openJournal(new Server(server.settings('app')));
    await journal.migrate();
    const { id } = await journal.createRun({
      database: 'app',
      planHash: '0'.repeat(64),
      statements: [alter],
      tables: webOfAllKinds.swapped,
      engine: 'test:1',
    });
    await journal.saveIntent(id, {
      step: 'rename',
      sql: 'RENAME TABLE …',
      lockedPosition: await currentPosition(session),
      change: JSON.stringify(change),
    });
    const engine = await engineAt(server, 'web', 'renamed', 10_000);
    engine.kill('SIGKILL');
    await once(engine, 'exit');
    const migration = createMigration({ connection: server.settings('app'), alter: [alter], dropRetired: true });
    const outcome: unknown = await migration.run().catch((error: unknown) => error);
    expect(outcome).toMatchObject({ code: 'cleanup-failed', exitCode: 9 });
    expect(String(outcome)).toContain('the trigger hub_INSERT was missing on `app`.`hub` for a time');
    const [run] = await journal.runs('app');
    expect(run).toMatchObject({ phase: 'done' });
    expect(await journal.loadIntent(id)).toBeNull();
    await journal.close();
    expect(await violations(session, webOfAllKinds)).toEqual([]);
    // What may be needed to mend it is kept, though it was to be dropped.
    expect((await session.query('SHOW TABLES FROM app__retired')).map((row) => Object.values(row)[0])).toEqual([
      'hub',
      'old',
      'own',
      'tip',
    ]);
    expect(await session.query("SHOW DATABASES LIKE 'app\\_\\_shadow'")).toEqual([]);
    await session.close();
  });
});
