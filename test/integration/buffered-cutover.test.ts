import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  bufferOf,
  createMigration,
  createOperator,
  startHttpBuffer,
  type ConnectionSettings,
  type HttpBuffer,
  type Report,
} from '../../src/index.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { bufferToken } from '../support/http-buffer.js';
import { notesDefinition, startNotesService, type NotesService } from '../support/notes-service.js';
import { NotesTraffic } from '../support/notes-traffic.js';
import { startTideover } from '../support/tideover.js';

const alter = ['ALTER TABLE notes ADD COLUMN stars INT NOT NULL DEFAULT 0, ADD INDEX (stars)'];
const loopback = { host: '127.0.0.1', port: 0 };
const environment = { TIDEOVER_BUFFER_TOKEN: bufferToken };

let database: TestDatabase;
let service: NotesService;
let buffer: HttpBuffer;

beforeAll(async () => {
  database = await testDatabase();
  await database.query(`CREATE TABLE notes ${notesDefinition}`);
  await database.query("INSERT INTO notes SELECT 1000000000 + seq, CONCAT('old ', seq) FROM seq_1_to_20000");
  service = await startNotesService(database.settings, 'notes');
  buffer = await startHttpBuffer({
    routes: [{ listen: loopback, upstream: new URL(service.url) }],
    admin: loopback,
    token: bufferToken,
  });
});

afterAll(async () => {
  await buffer.close(0);
  await service.close();
  await database.drop();
});

/** Runs `work` while clients create and delete notes through the buffer; afterwards every acknowledged note is there, once. */
async function underTraffic<T>(
  work: (traffic: NotesTraffic) => Promise<T>,
  firstId: number,
  url = `http://${buffer.routes[0]!.listen}`,
): Promise<T> {
  const traffic = new NotesTraffic({ url, rate: 100, firstId });
  await database.query("DELETE FROM notes WHERE body LIKE 'note %'");
  traffic.start();
  await traffic.more(50);
  const result = await work(traffic);
  await traffic.more(50);
  const report = await traffic.stop();
  console.info(JSON.stringify(report));
  expect(report.failed).toEqual({});
  expect(await traffic.differences(database.settings, 'notes')).toEqual({ lost: 0, phantom: 0 });
  return result;
}

describe('a cutover behind the embedded buffer', () => {
  test('a rehearsal holds, locks and drains, and switches nothing', async () => {
    const migration = createMigration({
      connection: database.settings,
      alter,
      buffers: [bufferOf(`http://${buffer.admin}`, environment)],
    });
    const rehearsals = await underTraffic(() => migration.rehearse(3), 1);
    expect(rehearsals).toHaveLength(3);
    for (const { failure, lockMs, hold } of rehearsals) {
      expect(failure).toBeNull();
      expect(lockMs).toBeGreaterThan(0);
      expect(hold!.holdMs).toBeGreaterThan(0);
      expect(hold!.buffers[0]!.report).toMatchObject({ rejected: 0, displacement: 0 });
    }
    expect(await database.query('SHOW COLUMNS FROM notes')).toHaveLength(2);
  });

  test('a rehearsal that is stopped is interrupted, and an instant change cannot be rehearsed', async () => {
    const stop = new AbortController();
    const migration = createMigration({ connection: database.settings, alter, signal: stop.signal });
    migration.on('cutover:rehearsed', () => stop.abort());
    await expect(migration.rehearse(5)).rejects.toMatchObject({ code: 'interrupted' });
    const instant = createMigration({ connection: database.settings, alter, instant: true });
    await expect(instant.rehearse(1)).rejects.toMatchObject({ code: 'usage-error' });
    expect(await database.query('SHOW COLUMNS FROM notes')).toHaveLength(2);
  });

  test('holds the requests, changes the service inside the hold, and lets every request be answered once', async () => {
    const switchedWith: number[] = [];
    const migration = createMigration({
      connection: database.settings,
      alter,
      buffers: [bufferOf(`http://${buffer.admin}`, environment)],
      hooks: {
        switched: [
          async () => {
            switchedWith.push((await database.query('SHOW COLUMNS FROM notes')).length);
            await delay(200);
          },
        ],
      },
    });
    const steps: string[] = [];
    migration.on('hold:stepped', ({ step }) => steps.push(step));
    const report: Report = await underTraffic(() => migration.run(), 100_000);
    console.info(JSON.stringify(report.hold), JSON.stringify(report.cutover));
    expect(report.lostWrites).toBe(0);
    expect(switchedWith).toEqual([3]);
    expect(steps.slice(-3)).toEqual(['held', 'drained', 'released']);
    const { held, answered, rejected, displacement } = report.hold!.buffers[0]!.report!;
    expect(held).toBeGreaterThan(10);
    expect(answered).toBe(held);
    expect({ rejected, displacement }).toEqual({ rejected: 0, displacement: 0 });
    expect(await database.query('SHOW COLUMNS FROM notes')).toHaveLength(3);
  });

  test('several buffers are held from the outside in, each drained first, and released from the inside out', async () => {
    await backToTwoColumns();
    const inner = await startHttpBuffer({
      routes: [{ listen: loopback, upstream: new URL(service.url) }],
      admin: loopback,
      token: bufferToken,
    });
    const outer = await startHttpBuffer({
      routes: [{ listen: loopback, upstream: new URL(`http://${inner.routes[0]!.listen}`) }],
      admin: loopback,
      token: bufferToken,
    });
    onTestFinished(async () => {
      await outer.close(0);
      await inner.close(0);
    });
    const names = [`http://${outer.admin}`, `http://${inner.admin}`];
    const migration = createMigration({
      connection: database.settings,
      alter,
      buffers: names.map((name) => bufferOf(name, environment)),
    });
    const steps: string[] = [];
    migration.on('hold:stepped', ({ buffer, step }) => steps.push(`${names.indexOf(buffer)} ${step}`));
    const report = await underTraffic(() => migration.run(), 200_000, `http://${outer.routes[0]!.listen}`);
    expect(steps.slice(-6)).toEqual(['0 held', '0 drained', '1 held', '1 drained', '1 released', '0 released']);
    expect(report.hold!.buffers.map(({ buffer, trouble }) => [buffer, trouble])).toEqual(
      names.map((name) => [name, null]),
    );
  });

  test('a buffer that is gone when it should hold fails the attempt, and the source goes on', async () => {
    await backToTwoColumns();
    const gone = await startHttpBuffer({
      routes: [{ listen: loopback, upstream: new URL(service.url) }],
      admin: loopback,
      token: bufferToken,
    });
    const migration = createMigration({
      connection: database.settings,
      alter,
      cutoverAttempts: 1,
      buffers: [bufferOf(`http://${gone.admin}`, environment)],
      hooks: { 'before-cutover': [() => gone.close(0)] },
    });
    const outcome = await underTraffic(() => migration.run().catch((error: unknown) => error), 300_000);
    expect(outcome).toMatchObject({ code: 'cutover-failed', exitCode: 7 });
    expect((outcome as Error).message).toContain('does not answer');
    expect(await database.query('SHOW COLUMNS FROM notes')).toHaveLength(2);
  });

  test('a hold whose deadline passes while the service is changed lets the requests go, and the report says so', async () => {
    const migration = createMigration({
      connection: database.settings,
      alter,
      holdDeadlineMs: 800,
      buffers: [bufferOf(`http://${buffer.admin}`, environment)],
      hooks: { switched: [() => delay(1_500)] },
    });
    const report = await underTraffic(() => migration.run(), 400_000);
    expect(report.hold!.buffers[0]).toMatchObject({
      report: null,
      trouble: expect.stringContaining('ended') as string,
    });
    expect(report.lostWrites).toBe(0);
  });

  test.each(['held', 'drained', 'switched'] as const)(
    'the engine killed with -9 when "%s": every request is answered, and the same command finishes the run',
    async (moment) => {
      await backToTwoColumns();
      const { host, port, user } = database.settings;
      const flags = ['--dsn', `mariadb://${user}@${host}:${port}/${database.name}`, '--alter', alter[0]!, '--json'];
      const args = ['run', ...flags, '--buffer', `http://${buffer.admin}`];
      const engineEnvironment = { ...environment, ...passwordOf(database.settings) };
      const firstId = { held: 500_000, drained: 600_000, switched: 700_000 }[moment];
      await underTraffic(async () => {
        const marker = '--on-switched=echo new code >&2; sleep 5';
        const engine = startTideover([...args, ...(moment === 'switched' ? [marker] : [])], engineEnvironment);
        if (moment === 'switched') await engine.said('new code');
        else await engine.event('hold:stepped', ({ step }) => step === moment);
        engine.signal('SIGKILL');
        await engine.ended;
        const { code, stderr } = await startTideover(args, engineEnvironment).ended;
        expect(stderr).not.toContain('error');
        expect(code).toBe(0);
      }, firstId);
      expect(await database.query('SHOW COLUMNS FROM notes')).toHaveLength(3);
    },
  );
});

/** What a finished or given up run left goes, and the table is as it was. */
async function backToTwoColumns(): Promise<void> {
  const operator = createOperator(database.settings);
  await operator.abort().catch(() => undefined); // where no run is unfinished there is nothing to abort
  await operator.cleanup();
  await operator.close();
  if ((await database.query('SHOW COLUMNS FROM notes')).length > 2)
    await database.query('ALTER TABLE notes DROP COLUMN stars');
}

function passwordOf({ password }: ConnectionSettings): Record<string, string> {
  return password === undefined ? {} : { TIDEOVER_PASSWORD: password };
}
