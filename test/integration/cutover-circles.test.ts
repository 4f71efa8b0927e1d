import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { cutover } from '../../src/cutover/cutover.js';
import { whileKeptAt } from '../../src/cutover/nudge.js';
import { probeSetup } from '../../src/cutover/probe.js';
import { errno } from '../../src/db/server-error.js';
import type { Session } from '../../src/db/session.js';
import { quoteTable } from '../../src/schema/names.js';
import { at, CutoverScene, options } from '../support/cutover-scene.js';
import { copyingSteps, createCounterTables } from '../support/cutover-tables.js';

let scene: CutoverScene;

beforeAll(async () => {
  scene = await CutoverScene.open();
});

afterAll(() => scene.close());

describe('a transaction has read a table that B wants, and waits for the guard of another one', () => {
  test.each([
    [0, 1],
    [0, 2],
    [1, 2],
  ])('%i, and %i: the server ends it, and the cutover succeeds at once', async (read, written) => {
    const change = await createCounterTables(scene.session, 3);
    const name = (i: number): string => quoteTable(change.swapped[i]!.source);
    let fate: Promise<unknown> | undefined;
    const reached = at('guards-waiting', async () => {
      const reader = await scene.holder(`SELECT * FROM ${name(read)}`);
      fate = reader.execute(`UPDATE ${name(written)} SET v = 1 WHERE id = 1`).catch((error: unknown) => error);
      await scene.isWaiting(reader.id);
    });
    await cutover(scene.server, change, copyingSteps(scene.server, change, { reached }), options);
    expect(await fate).toMatchObject({ errno: errno.deadlock });
  });
});

describe('B is kept at a table', () => {
  test('where it waits, also when nobody else is in its way any more', async () => {
    const { b, probe, reader, done } = await waitingAt('t000');
    await whileKeptAt(probe, { schema: 'app', table: 't000' }, async () => {
      await reader.execute('COMMIT');
      await delay(300);
      expect(done()).toBe(false);
    });
    await b;
  });

  test('but not at one that it has', async () => {
    const { b, probe, reader } = await waitingAt('t001');
    let kept = false;
    await whileKeptAt(probe, { schema: 'app', table: 't000' }, () => {
      kept = true;
      return Promise.resolve();
    });
    expect(kept).toBe(false);
    await reader.execute('COMMIT');
    await b;
  });
});

/** A RENAME of two tables that waits for a reader of one of them. */
async function waitingAt(
  table: string,
): Promise<{ b: Promise<void>; done: () => boolean; probe: Session; reader: Session }> {
  await createCounterTables(scene.session, 2);
  const reader = await scene.holder(`SELECT * FROM app.${table}`);
  const [swap, probe] = [await scene.server.connect('a RENAME'), await scene.server.connect('a probe')];
  onTestFinished(async () => {
    await Promise.all([swap.close(), probe.close()]);
  });
  await probe.execute(probeSetup);
  let ended = false;
  const b = swap.execute('RENAME TABLE app.t000 TO app.u000, app.t001 TO app.u001').then(() => void (ended = true));
  await scene.isWaiting(swap.id);
  return { b, done: () => ended, probe, reader };
}

test('a transaction waits for a row of one that waits for a table of A: A steps back, and nobody fails', async () => {
  const change = await createCounterTables(scene.session, 3);
  const [t0, t1, t2] = change.swapped.map(({ source }) => quoteTable(source)) as [string, string, string];
  const first = await scene.holder(`UPDATE ${t2} SET v = 1 WHERE id = 5`);
  const second = await scene.holder(`UPDATE ${t1} SET v = 1 WHERE id = 1`);
  const waits = second.execute(`UPDATE ${t2} SET v = v + 1 WHERE id = 5`).then(() => second.execute('COMMIT'));
  waits.catch(() => undefined);
  let writes: Promise<unknown> | undefined;
  const reached = at('opened', () => {
    // When A has the first table and waits for the second.
    writes = delay(300)
      .then(() => first.execute(`UPDATE ${t0} SET v = 1 WHERE id = 0`))
      .then(() => first.execute('COMMIT'));
    writes.catch(() => undefined);
    return Promise.resolve();
  });
  const { lockWaitMs } = await cutover(scene.server, change, copyingSteps(scene.server, change, { reached }), options);
  expect(lockWaitMs).toBeGreaterThan(300);
  await Promise.all([waits, writes]);
  expect(await scene.session.query(`SELECT id, v FROM ${t2} WHERE v > 0`)).toEqual([{ id: '5', v: '2' }]);
});
