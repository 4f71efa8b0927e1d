import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Server } from '../../src/db/server.js';
import { ServerError } from '../../src/db/server-error.js';
import { openJournal } from '../../src/journal/open-journal.js';
import type { Checkpoint, Journal, RunRecord } from '../../src/journal/journal.js';
import { acquireRunLock, isRunLockHeld } from '../../src/journal/run-lock.js';
import { startServer, type TestServer } from '../support/server.js';

let testServer: TestServer;
let server: Server;
let journal: Journal;

beforeAll(async () => {
  // Durable: the journal's rows have to survive kill9.
  testServer = await startServer({ durable: true });
  server = new Server(testServer.settings('shop'));
});
afterAll(() => testServer.stop());
beforeEach(async () => {
  await onServer('DROP DATABASE IF EXISTS tideover');
  journal = await openJournal(server);
});
afterEach(() => journal.close());

/** Runs statements as root, past the journal. */
async function onServer(...statements: string[]): Promise<void> {
  const session = await testServer.connect();
  for (const sql of statements) await session.execute(sql);
  await session.close();
}

function newRun(database = 'shop'): Promise<RunRecord> {
  const statements = ['ALTER TABLE a ADD COLUMN b INT', "ALTER TABLE ä ADD c VARCHAR(9) DEFAULT 'x'"];
  return journal.createRun({ database, planHash: 'f'.repeat(64), statements, tables: ['a', 'ä'], engine: 'host:1' });
}

function checkpointAt(offset: number, keys: number): Checkpoint {
  return {
    position: { file: 'binlog.000007', offset },
    pending: Array.from({ length: keys }, (_, i) => ({
      table: 'a',
      kind: 'deleted' as const,
      key: `_utf8mb4 x'${i}'`,
    })),
    tables: [
      { table: 'a', watermark: "(1,x'00')", copyDone: false, rowsCopied: 2 ** 40 },
      { table: 'ä', watermark: null, copyDone: true, rowsCopied: 0 },
    ],
  };
}

describe('creating and upgrading the control schema', () => {
  test('several engines at once all succeed, and later ones find it done', async () => {
    const others = await Promise.all(Array.from({ length: 4 }, () => openJournal(server)));
    try {
      await Promise.all([journal, ...others].map((each) => each.migrate()));
      await journal.migrate();
      expect((await newRun()).phase).toBe('preparing');
    } finally {
      await Promise.all(others.map((each) => each.close()));
    }
  });

  test('an engine that was killed while it migrated does not keep others out', async () => {
    await journal.migrate();
    await onServer(
      'UPDATE tideover.knex_migrations_lock SET is_locked = 1',
      'DELETE FROM tideover.knex_migrations',
      'DROP TABLE tideover.commands',
    );
    await journal.migrate();
    const run = await newRun();
    await journal.postCommand(run.id, 'verify');
    expect(await journal.takeCommands(run.id)).toEqual(['verify']);
  });

  test('a journal of a newer version is refused and left alone', async () => {
    await journal.migrate();
    await onServer("INSERT INTO tideover.knex_migrations (name, batch) VALUES ('002_of_the_future', 2)");
    await expect(journal.migrate()).rejects.toMatchObject({
      code: 'checkpoint-unusable',
      message: expect.stringContaining('002_of_the_future') as string,
      hint: expect.stringContaining('newer') as string,
    });
  });

  test('an existing schema is enough for a user who may not create one', async () => {
    await onServer(
      'CREATE DATABASE tideover',
      "CREATE USER IF NOT EXISTS 'small'@'%' IDENTIFIED BY 'pw-7391'",
      "GRANT ALL ON tideover.* TO 'small'@'%'",
      "REVOKE CREATE ON tideover.* FROM 'small'@'%'",
      "GRANT CREATE ON tideover.knex_migrations TO 'small'@'%'",
    );
    const small = new Server({ ...testServer.settings('shop'), user: 'small', password: 'pw-7391' });
    const own = await openJournal(small);
    const failure = await own.migrate().then(
      () => undefined,
      (error: unknown) => error,
    );
    await own.close();
    // It gets past CREATE DATABASE and fails at a table, with nothing secret in the error.
    expect(failure).toBeInstanceOf(ServerError);
    expect(failure).toMatchObject({ errno: 1142 });
    expect(JSON.stringify(failure) + String(failure)).not.toContain('pw-7391');
  });
});

describe('runs', () => {
  beforeEach(() => journal.migrate());

  test('a run is found until it ends', async () => {
    const other = await newRun('shop2');
    expect(await journal.unfinishedRun('shop')).toBeNull();
    const run = await newRun();
    expect(await journal.unfinishedRun('shop')).toEqual(run);
    expect(await journal.unfinishedRun('SHOP')).toBeNull();
    await journal.setPhase(run.id, 'copying');
    expect(await journal.unfinishedRun('shop')).toMatchObject({ phase: 'copying', finishedAt: null });
    await journal.setPhase(run.id, 'done');
    expect(await journal.unfinishedRun('shop')).toBeNull();
    const [found] = await journal.runs('shop');
    expect(found).toMatchObject({ phase: 'done', tables: ['a', 'ä'], statements: run.statements });
    expect(found?.finishedAt).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect((await journal.runs(null)).map(({ id }) => id)).toEqual([run.id, other.id]);
  });

  test('heartbeat, error and report are kept, in UTC', async () => {
    const run = await newRun();
    expect(run.heartbeatAt).toBeNull();
    await journal.heartbeat(run.id, '{"rowsCopied":1}');
    await journal.heartbeat(run.id, '{"rowsCopied":1}');
    await journal.recordError(run.id, 'copy-failed: x');
    await journal.saveReport(run.id, '{"lostWrites":0}');
    const [found] = await journal.runs('shop');
    expect(found).toMatchObject({
      progress: '{"rowsCopied":1}',
      lastError: 'copy-failed: x',
      report: '{"lostWrites":0}',
    });
    expect(Math.abs(Date.now() - Date.parse(`${found?.heartbeatAt}Z`))).toBeLessThan(60_000);
  });

  test('a run that does not exist is no silent success', async () => {
    await expect(journal.heartbeat(4711, '{}')).rejects.toMatchObject({ code: 'checkpoint-unusable' });
  });
});

describe('checkpoints and intents', () => {
  beforeEach(() => journal.migrate());

  test('what was saved last comes back exactly', async () => {
    const run = await newRun();
    expect(await journal.loadCheckpoint(run.id)).toBeNull();
    await journal.saveCheckpoint(run.id, checkpointAt(4, 100_000));
    expect(await journal.loadCheckpoint(run.id)).toEqual(checkpointAt(4, 100_000));
    await journal.saveCheckpoint(run.id, checkpointAt(2 ** 33, 0));
    expect(await journal.loadCheckpoint(run.id)).toEqual(checkpointAt(2 ** 33, 0));
  });

  test('a save that fails half-way leaves the checkpoint before it', async () => {
    const run = await newRun();
    await journal.saveCheckpoint(run.id, checkpointAt(4, 3));
    const broken = checkpointAt(9, 3);
    const twice = { ...broken, tables: [...broken.tables, ...broken.tables] };
    await expect(journal.saveCheckpoint(run.id, twice)).rejects.toBeInstanceOf(ServerError);
    expect(await journal.loadCheckpoint(run.id)).toEqual(checkpointAt(4, 3));
  });

  test('damage is named, not guessed at', async () => {
    const run = await newRun();
    await journal.saveCheckpoint(run.id, checkpointAt(4, 3));
    await onServer('UPDATE tideover.checkpoint_pending SET changes = LEFT(changes, 20)');
    await expect(journal.loadCheckpoint(run.id)).rejects.toMatchObject({ code: 'checkpoint-unusable' });
  });

  test('an intent is replaced by the next attempt and cleared', async () => {
    const run = await newRun();
    expect(await journal.loadIntent(run.id)).toBeNull();
    const intent = (offset: number) => ({
      step: 'rename' as const,
      sql: 'RENAME TABLE `shop`.`ä` TO …',
      lockedPosition: { file: 'binlog.000001', offset },
      change: offset === 1 ? null : `{"swapped":[]}`,
    });
    await journal.saveIntent(run.id, intent(1));
    await journal.saveIntent(run.id, intent(2));
    expect(await journal.loadIntent(run.id)).toEqual(intent(2));
    await journal.clearIntent(run.id);
    expect(await journal.loadIntent(run.id)).toBeNull();
  });
});

describe('operator commands', () => {
  beforeEach(() => journal.migrate());

  test('each command is taken once, in order, by one of several takers', async () => {
    const [run, other] = [await newRun(), await newRun('shop2')];
    for (let i = 0; i < 10; i++) {
      await journal.postCommand(run.id, 'verify');
      await journal.postCommand(run.id, 'abort');
    }
    await journal.postCommand(other.id, 'abort');
    const second = await openJournal(server);
    const taken = await Promise.all([journal, second, journal, second].map((each) => each.takeCommands(run.id)));
    await second.close();
    expect(taken.flat()).toHaveLength(20);
    expect(taken.flat().slice(0, 3)).toEqual(['verify', 'abort', 'verify']);
    expect(await journal.takeCommands(run.id)).toEqual([]);
    expect(await journal.takeCommands(other.id)).toEqual(['abort']);
  });

  test('a taker that comes while another one is taking gets nothing', async () => {
    const run = await newRun();
    await journal.postCommand(run.id, 'abort');
    const [taker, control] = [await testServer.connect(), await testServer.connect()];
    await taker.execute('START TRANSACTION');
    await taker.execute('UPDATE tideover.commands SET taken_at = UTC_TIMESTAMP()');
    const late = journal.takeCommands(run.id);
    const waiting = async () => {
      const sessions = await control.query('SHOW PROCESSLIST');
      return sessions.some(({ Info: statement }) => /tideover.*commands/.test(statement ?? ''));
    };
    await vi.waitUntil(waiting, { timeout: 5_000, interval: 10 });
    await taker.execute('COMMIT');
    expect(await late).toEqual([]);
    await Promise.all([taker.close(), control.close()]);
  });
});

describe('what operators have said', () => {
  beforeEach(() => journal.migrate());

  test('is kept with the run; of two who pause the first counts, and nothing that was set is lost', async () => {
    const run = await newRun();
    expect(run).toMatchObject({ paused: null, set: null, cutover: null });
    const second = await openJournal(server);
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        (i % 2 === 0 ? journal : second).setValues(run.id, `op${i}`, { [`v${i}`]: i }),
      ),
    );
    await journal.pauseRun(run.id, 'ann@a');
    await second.pauseRun(run.id, 'bob@b');
    await second.close();
    const word = { by: 'ann@a', notBefore: '2030-01-01 02:00:00', notAfter: null };
    await journal.saveCutoverWord(run.id, word);
    const control = await journal.control(run.id);
    expect(control).toMatchObject({ paused: { by: 'ann@a' }, cutover: word, nowMs: expect.any(Number) as number });
    expect(control.set?.values).toEqual(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`v${i}`, i])));
    expect((await journal.runs('shop'))[0]).toMatchObject({ paused: control.paused, set: control.set });
    await journal.resumeRun(run.id);
    await journal.saveCutoverWord(run.id, null);
    expect(await journal.control(run.id)).toMatchObject({ paused: null, cutover: null });
  });
});

describe('the server going away', () => {
  beforeEach(() => journal.migrate());

  test('calls fail with a ServerError while it is down, and work again afterwards', async () => {
    const run = await newRun();
    await testServer.kill9();
    const lost = { name: 'ServerError', connectionLost: true };
    await expect(journal.heartbeat(run.id, '{}')).rejects.toMatchObject(lost);
    await expect(journal.migrate()).rejects.toMatchObject(lost);
    await testServer.restart();
    await journal.heartbeat(run.id, '{"after":1}');
    expect(await journal.unfinishedRun('shop')).toMatchObject({ id: run.id, progress: '{"after":1}' });
  });

  test('an orderly restart between two calls goes unnoticed or fails once, as a lost connection', async () => {
    const run = await newRun();
    await testServer.restart();
    await journal.postCommand(run.id, 'abort').catch(async (error: unknown) => {
      expect(error).toMatchObject({ name: 'ServerError', connectionLost: true });
      await journal.postCommand(run.id, 'abort');
    });
    expect(await journal.takeCommands(run.id)).toEqual(['abort']);
  });
});

describe('the run lock', () => {
  const databases = ['shop', 'x'.repeat(64)];

  test.each(databases)('keeps a second engine out until it is released (%s)', async (database) => {
    const control = await testServer.connect();
    const first = await acquireRunLock(server, database);
    expect(await first?.isAlive()).toBe(true);
    expect(await acquireRunLock(server, database)).toBeNull();
    expect(await isRunLockHeld(control, database)).toBe(true);
    expect(await isRunLockHeld(control, 'another')).toBe(false);
    await first?.release();
    await first?.release();
    expect(await first?.isAlive()).toBe(false);
    expect(await isRunLockHeld(control, database)).toBe(false);
    await control.close();
  });

  test('a killed session loses it, and its holder is told', async () => {
    const lock = await acquireRunLock(server, 'shop');
    const control = await testServer.connect();
    const { id } = await control.queryOne("SELECT IS_USED_LOCK('tideover:shop') AS id");
    await control.execute(`KILL ${id ?? ''}`);
    expect(await lock?.isAlive()).toBe(false);
    const next = await acquireRunLock(server, 'shop');
    expect(await next?.isAlive()).toBe(true);
    await lock?.release();
    expect(await next?.isAlive()).toBe(true);
    await next?.release();
    await control.close();
  });
});
