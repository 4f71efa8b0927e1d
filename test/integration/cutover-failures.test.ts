import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openTransactions } from '../../src/cutover/blockers.js';
import { allCutoverSafeties, type Blocker, type CutoverPoint } from '../../src/cutover/contract.js';
import { changeOf, type SwapTable } from '../../src/cutover/change.js';
import { cutover } from '../../src/cutover/cutover.js';
import { readOutcome } from '../../src/cutover/outcome.js';
import { quoteId } from '../../src/db/quote.js';
import type { Server } from '../../src/db/server.js';
import type { Session } from '../../src/db/session.js';
import { TideoverError } from '../../src/errors.js';
import { quoteTable } from '../../src/schema/names.js';
import { at, CutoverScene, failureOf, options, signal, tableCount } from '../support/cutover-scene.js';
import { copyingSteps, createCounterTables } from '../support/cutover-tables.js';
import type { TestServer } from '../support/server.js';
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

describe('the drain', () => {
  test('fails: the attempt is repeated, the intent withdrawn each time', async () => {
    const load = await scene.underLoad();
    const { change } = load;
    const intents: string[] = [];
    const failed: (number | null)[] = [];
    const steps = copyingSteps(server, change, {
      drain: () => Promise.reject(new Error('no')),
      recordIntent: (sql) => Promise.resolve(void intents.push(sql)),
      clearIntent: () => Promise.resolve(void intents.pop()),
      failed: (_attempt, _reason, _blockers, retryInMs) => void failed.push(retryInMs),
    });
    const error = await failureOf(cutover(server, change, steps, { ...options, attempts: 3 }));
    expect(error.code).toBe('cutover-failed');
    expect(error.message).toContain('3 attempts: no');
    expect(failed).toEqual([expect.any(Number), expect.any(Number), null]);
    expect(intents).toEqual([]);
    await scene.expectUntouched(load);
  });

  test('names a failure that no repetition mends: it is passed on', async () => {
    const load = await scene.underLoad();
    const { change } = load;
    const steps = copyingSteps(server, change, {
      drain: () => Promise.reject(new TideoverError('verification-failed', 'rows differ')),
    });
    const error = await failureOf(cutover(server, change, steps, { ...options, attempts: 3 }));
    expect(error.code).toBe('verification-failed');
    await scene.expectUntouched(load);
  });

  test('exceeds the deadline: the locks end there', async () => {
    const load = await scene.underLoad();
    const { change, service } = load;
    const begun = signal();
    const end = signal();
    const steps = copyingSteps(server, change, {
      drain: async (locked) => {
        begun.give();
        await end.given;
        return { position: locked.position };
      },
    });
    const ended = failureOf(cutover(server, change, steps, { ...options, deadlineMs: 1_000 }));
    await begun.given;
    await service.progress(200);
    end.give();
    expect((await ended).message).toContain('1000 ms after the lock');
    await scene.expectUntouched(load);
  });

  test('ends before the locked position: that is no drain', async () => {
    const load = await scene.underLoad();
    const { change } = load;
    const steps = copyingSteps(server, change, {
      drain: (locked) => Promise.resolve({ position: { ...locked.position, offset: 4 } }),
    });
    expect((await failureOf(cutover(server, change, steps, options))).message).toContain('before the locked position');
    await scene.expectUntouched(load);
  });
});

describe('what is in the way', () => {
  test.each([
    ['a retired name is taken', 'CREATE TABLE app__retired.t001 (id INT)', 'app__retired`.`t001` is taken'],
    ['the first retired name is taken', 'CREATE TABLE app__retired.t000 (id INT)', 'app__retired`.`t000` is taken'],
    ['a shadow is missing', 'DROP TABLE app__shadow.t002', 'app__shadow`.`t002` does not exist'],
    ['a source is missing', 'RENAME TABLE app.t002 TO app__shadow.other', 'app`.`t002` does not exist'],
  ])('%s: refused before anything is locked', async (_what, sql, message) => {
    const change = await createCounterTables(session, tableCount);
    await session.execute('CREATE DATABASE app__retired');
    await session.execute(sql);
    let attempts = 0;
    const error = await failureOf(
      cutover(server, change, copyingSteps(server, change, { attempted: () => (attempts += 1) }), options),
    );
    expect(error.code).toBe('cutover-failed');
    expect(error.message).toContain(message);
    expect(attempts).toBe(0);
  });

  test("a retired name is taken during the attempt: RENAME fails with nothing done, and somebody's table stays", async () => {
    const load = await scene.underLoad();
    const { change } = load;
    const reached = at('locked', () => session.execute('CREATE TABLE app__retired.t001 (id INT)'));
    const error = await failureOf(cutover(server, change, copyingSteps(server, change, { reached }), options));
    expect(error.code).toBe('cutover-failed');
    await session.execute('DROP TABLE app__retired.t001');
    await scene.expectUntouched(load);
  });

  test('a server that lets writers pass exclusive locks is refused', async () => {
    const load = await scene.underLoad();
    const { change } = load;
    await session.execute('SET GLOBAL max_write_lock_count = 1');
    onTestFinished(async () => {
      await session.execute('SET GLOBAL max_write_lock_count = DEFAULT');
    });
    expect((await failureOf(cutover(server, change, copyingSteps(server, change), options))).message).toContain(
      'max_write_lock_count is 1',
    );
    await scene.expectUntouched(load);
  });

  test("somebody's DDL waits for a source: it goes first", async () => {
    const load = await scene.underLoad();
    const { change } = load;
    const other = await testServer.connect();
    let ddl: Promise<unknown> = Promise.resolve();
    const reached = at('locked', async () => {
      ddl = other.execute('ALTER TABLE app.t001 COMMENT "mine"');
      await scene.isWaiting(other.id);
    });
    // Further attempts may fail for other reasons, while the ALTER is still at work.
    const reasons: string[] = [];
    const steps = copyingSteps(server, change, { reached, failed: (_attempt, why) => void reasons.push(why) });
    await cutover(server, change, steps, { ...options, attempts: 10 });
    await ddl;
    await other.close();
    expect(reasons.join()).toContain('ALTER TABLE app.t001');
    await scene.expectSwapped(load);
  });
});

describe('somebody sits on a table', () => {
  /** Whoever is stalled by an attempt in vain is stalled for the lock timeout and what the attempt itself takes. */
  const stallBoundMs = 1_500;
  const patient = { ...options, lockTimeoutMs: 500, attempts: 200 };

  test.each([
    ['an idle reader', ['SELECT * FROM app.t001']],
    ['an idle writer', ['UPDATE app__other.x SET id = 2', 'SELECT * FROM app.t001 WHERE id = -1 LOCK IN SHARE MODE']],
  ])('%s: the service does not notice, and the cutover comes when it is gone', async (_who, statements) => {
    const load = await scene.underLoad();
    const { change } = load;
    await session.execute('CREATE DATABASE IF NOT EXISTS app__other');
    await session.execute('CREATE OR REPLACE TABLE app__other.x (id INT)');
    const holder = await scene.holder(...statements);
    const failures: (readonly Blocker[])[] = [];
    const twice = signal();
    const failed = (_attempt: number, _reason: string, blockers: readonly Blocker[]): void => {
      if (failures.push(blockers) === 3) twice.give();
    };
    let locked = 0;
    const reached = at('locked', () => Promise.resolve(locked++));
    // INNODB_TRX tells ages in whole seconds: younger ones pass for short transactions.
    await until(async () => ((await openTransactions(session)).get(holder.id) ?? 0) >= 2);
    const live = cutover(server, change, copyingSteps(server, change, { failed, reached }), patient);
    await twice.given;
    expect(locked).toBe(0);
    expect(failures[0]!.map((blocker) => blocker.id)).toEqual([holder.id]);
    await holder.execute('COMMIT');
    await live;
    await holder.close();
    await session.execute('DROP DATABASE app__other');
    await scene.expectSwapped(load);
  });

  test.each([
    ['a reader', 'SELECT * FROM app.t001'],
    ['a writer', 'UPDATE app.t001 SET v = v WHERE id = -1'],
  ])('%s that the look overlooks: each attempt stalls the service for its limit only', async (_who, statement) => {
    const load = await scene.underLoad();
    const { change, service } = load;
    const holder = await scene.holder(statement);
    service.mark();
    const steps = copyingSteps(server, change);
    const error = await failureOf(
      cutover(server, change, steps, { ...patient, attempts: 2 }, { ...allCutoverSafeties, clearance: false }),
    );
    await service.progress(100);
    console.log(
      `behind ${statement}: longest write ${service.longestWriteMs.toFixed(0)} ms, read ${service.longestReadMs.toFixed(0)} ms`,
    );
    expect(error.message).toContain(`session ${holder.id} (root@`);
    expect(Math.max(service.longestWriteMs, service.longestReadMs)).toBeLessThan(stallBoundMs);
    await holder.execute('COMMIT');
    await holder.close();
    await scene.expectUntouched(load);
  });

  test('on a shadow: RENAME gives up in time', async () => {
    const load = await scene.underLoad();
    const { change, service } = load;
    const holder = await scene.holder('SELECT * FROM app__shadow.t001');
    service.mark();
    expect(
      (await failureOf(cutover(server, change, copyingSteps(server, change), { ...patient, attempts: 1 }))).message,
    ).toContain('RENAME TABLE did not get');
    await service.progress(100);
    expect(service.longestWriteMs).toBeLessThan(stallBoundMs);
    await holder.execute('COMMIT');
    await holder.close();
    await scene.expectUntouched(load);
  });
});

/** Aborts when it is called. */
function abortWith(controller: AbortController): () => Promise<void> {
  return () => {
    controller.abort();
    return Promise.resolve();
  };
}

describe('the signal', () => {
  test.each<CutoverPoint>(['opened', 'locked', 'guards-waiting', 'handed-over'])('at %s unwinds', async (point) => {
    const load = await scene.underLoad();
    const { change } = load;
    const controller = new AbortController();
    const reached = at(point, abortWith(controller));
    const error = await failureOf(
      cutover(server, change, copyingSteps(server, change, { reached }), { ...options, signal: controller.signal }),
    );
    expect(error.code).toBe('interrupted');
    await scene.expectUntouched(load);
  });

  test.each<CutoverPoint>(['rename-sent', 'sentry-dropped'])('at %s waits for the outcome', async (point) => {
    const load = await scene.underLoad();
    const { change } = load;
    const controller = new AbortController();
    const reached = at(point, abortWith(controller));
    await cutover(server, change, copyingSteps(server, change, { reached }), { ...options, signal: controller.signal });
    await scene.expectSwapped(load);
  });

  test('ends the wait between attempts', async () => {
    const change = await createCounterTables(session, tableCount);
    const controller = new AbortController();
    const steps = copyingSteps(server, change, {
      drain: () => Promise.reject(new Error('no')),
      failed: () => controller.abort(),
    });
    const error = await failureOf(
      cutover(server, change, steps, {
        ...options,
        attempts: 2,
        backoff: { minMs: 600_000, maxMs: 600_000 },
        signal: controller.signal,
      }),
    );
    expect(error.code).toBe('interrupted');
  });
});

test('the cutover keeps quoted tables of the service apart', async () => {
  for (const schema of ['a`b', 'a`b__shadow', 'a`b__retired'])
    await session.execute(`DROP DATABASE IF EXISTS ${quoteId(schema)}`);
  const names = (table: string): SwapTable => ({
    source: { schema: 'a`b', table },
    shadow: { schema: 'a`b__shadow', table },
    retired: { schema: 'a`b__retired', table },
    target: { schema: 'a`b', table },
  });
  const change = changeOf([names('Ünï-코드'), names('it\'s "x"'), names('`')]);
  for (const schema of ['a``b', 'a``b__shadow']) await session.execute(`CREATE DATABASE \`${schema}\``);
  for (const { source, shadow } of change.swapped)
    for (const name of [source, shadow])
      await session.execute(`CREATE TABLE ${quoteTable(name)} (id INT PRIMARY KEY, v INT)`);
  await cutover(server, change, copyingSteps(server, change), options);
  expect(await readOutcome(session, change)).toBe('swapped');
});
