import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { AttemptSessionIds, CutoverPoint } from '../../src/cutover/contract.js';
import { cutover } from '../../src/cutover/cutover.js';
import { readOutcome } from '../../src/cutover/outcome.js';
import { Server } from '../../src/db/server.js';
import type { Session } from '../../src/db/session.js';
import { engineAt } from '../support/cutover-engine.js';
import { at, CutoverScene, failureOf, options, tableCount } from '../support/cutover-scene.js';
import { copyingSteps, createCounterTables } from '../support/cutover-tables.js';
import { startServer, type TestServer } from '../support/server.js';
import { until } from '../support/until.js';

let scene: CutoverScene;
let testServer: TestServer;
let server: Server;
let session: Session;

beforeAll(async () => {
  scene = await CutoverScene.open();
  ({ testServer, server, session } = scene);
});

afterAll(() => scene.close());

type Victim = 'lock' | 'swap' | 'probe' | 'control' | 'latch' | 'first guard' | 'last guard';

function idOf(victim: Victim, ids: AttemptSessionIds): number {
  if (victim === 'first guard') return ids.guards[0]!;
  if (victim === 'last guard') return ids.guards.at(-1)!;
  if (victim === 'latch') return ids.latches[0]!;
  return ids[victim];
}

describe('a session of ours is killed', () => {
  test.each<[Victim, CutoverPoint]>([
    ['lock', 'opened'],
    ['lock', 'locked'],
    ['lock', 'guards-waiting'],
    ['first guard', 'opened'],
    ['first guard', 'locked'],
    ['last guard', 'locked'],
    ['first guard', 'guards-waiting'],
    ['last guard', 'guards-waiting'],
    ['first guard', 'handed-over'],
    ['last guard', 'handed-over'],
    ['last guard', 'rename-sent'],
    ['last guard', 'last-table'],
    ['swap', 'opened'],
    ['swap', 'guards-waiting'],
    ['swap', 'handed-over'],
    ['swap', 'last-table'],
    ['swap', 'sentry-dropped'],
    ['probe', 'locked'],
    ['probe', 'handed-over'],
    ['control', 'locked'],
    ['control', 'guards-waiting'],
    ['control', 'last-table'],
    ['latch', 'opened'],
    ['latch', 'locked'],
    ['latch', 'guards-waiting'],
    ['latch', 'handed-over'],
    ['latch', 'rename-sent'],
    ['latch', 'last-table'],
  ])('%s at %s: the source goes on', async (victim, point) => {
    const load = await scene.underLoad();
    const { change } = load;
    const reached = at(point, (ids) => scene.killed(idOf(victim, ids)));
    const error = await failureOf(cutover(server, change, copyingSteps(server, change, { reached }), options));
    expect(error.code).toBe('cutover-failed');
    await scene.expectUntouched(load);
  });

  test('swap while its RENAME waits for the first table', async () => {
    const load = await scene.underLoad();
    const { change } = load;
    const reached = at('rename-sent', async (ids) => {
      await scene.isWaiting(ids.swap);
      await scene.killed(ids.swap);
    });
    const error = await failureOf(cutover(server, change, copyingSteps(server, change, { reached }), options));
    expect(error.code).toBe('cutover-failed');
    await scene.expectUntouched(load);
  });

  test('lock during the drain: the writers need not wait for the deadline', async () => {
    const load = await scene.underLoad();
    const { change, service } = load;
    let lock = 0;
    const steps = copyingSteps(server, change, {
      reached: at('locked', (ids) => Promise.resolve((lock = ids.lock))),
      async drain(locked) {
        await scene.killed(lock);
        // Without A the writers wait for the guards only.
        await service.progress(200);
        return { position: locked.position };
      },
    });
    const error = await failureOf(cutover(server, change, steps, { ...options, deadlineMs: 60_000 }));
    expect(error.message).toMatch(/was lost|not locked any more/);
    await scene.expectUntouched(load);
  });

  // By then their work is done.
  test.each<[Victim, CutoverPoint]>([
    ['lock', 'handed-over'],
    ['first guard', 'last-table'],
    ['last guard', 'sentry-dropped'],
    ['control', 'sentry-dropped'],
    ['latch', 'sentry-dropped'],
    ['swap', 'renamed'],
  ])('%s at %s: the new tables are live', async (victim, point) => {
    const load = await scene.underLoad();
    const { change } = load;
    const reached = at(point, (ids) => scene.killed(idOf(victim, ids)));
    await cutover(server, change, copyingSteps(server, change, { reached }), options);
    await scene.expectSwapped(load);
  });
});

describe('the engine dies', () => {
  test.each<CutoverPoint>([
    'opened',
    'locked',
    'guards-waiting',
    'handed-over',
    'rename-sent',
    'last-table',
    'sentry-dropped',
  ])('at %s: nothing is lost, and the next cutover succeeds', async (point) => {
    const load = await scene.underLoad();
    const { change, service } = load;
    const engine = await engineAt(testServer, String(tableCount), point, 10_000);
    engine.kill('SIGKILL');
    await once(engine, 'exit');
    await service.progress(100);
    // B may be at its end still.
    await until(
      async () =>
        !(await session.query('SHOW FULL PROCESSLIST')).some((row) => row['Info']?.startsWith('RENAME TABLE')),
    );
    if (point === 'sentry-dropped') {
      await scene.expectSwapped(load);
      return;
    }
    expect(await readOutcome(session, change)).toBe('not-swapped');
    await cutover(server, change, copyingSteps(server, change), { ...options, attempts: 10 });
    await scene.expectSwapped(load);
  });

  test('by freezing: the server ends its locks at the deadline', async () => {
    const load = await scene.underLoad();
    const { change, service } = load;
    const engine = await engineAt(testServer, String(tableCount), 'guards-waiting', 1_000);
    engine.kill('SIGSTOP');
    await service.progress(100);
    engine.kill('SIGKILL');
    await once(engine, 'exit');
    await scene.expectLedger(service);
    expect(await readOutcome(session, change)).toBe('not-swapped');
  });
});

describe('the server dies while RENAME is out', () => {
  test('and comes back: the outcome is read from it', async () => {
    const own = await startServer({ durable: true });
    onTestFinished(() => own.stop());
    const root = await own.connect();
    const change = await createCounterTables(root, tableCount);
    const ownServer = new Server(own.settings(''));
    const reached = at('rename-sent', async () => {
      await own.kill9();
      await own.restart();
    });
    const error = await failureOf(cutover(ownServer, change, copyingSteps(ownServer, change, { reached }), options));
    expect(error.code).toBe('cutover-failed');
    const after = await own.connect();
    expect(await readOutcome(after, change)).toBe('not-swapped');
    await cutover(ownServer, change, copyingSteps(ownServer, change), options);
    expect(await readOutcome(after, change)).toBe('swapped');
    await after.close();
  });

  test('and stays away: the outcome is unknown, and the intent stays', async () => {
    const own = await startServer();
    onTestFinished(() => own.stop());
    const root = await own.connect();
    const change = await createCounterTables(root, tableCount);
    const ownServer = new Server(own.settings(''));
    let cleared = 0;
    const steps = copyingSteps(ownServer, change, {
      reached: at('sentry-dropped', () => own.kill9()),
      clearIntent: () => {
        cleared += 1;
        return Promise.resolve();
      },
    });
    const error = await failureOf(cutover(ownServer, change, steps, { ...options, outcomeTimeoutMs: 300 }));
    expect(error.code).toBe('cutover-outcome-unknown');
    expect(cleared).toBe(0);
  });
});
