import { expect, test } from 'vitest';
import type { Session } from '../../src/db/session.js';
import { CascadeScene } from '../support/cascade-scene.js';

/** A row that the shadow does not take beside another one: only when two rows of the source are to be unique and are not the run stops. */

const options = {
  create: [
    'CREATE TABLE t (id INT PRIMARY KEY, u INT, v INT)',
    'INSERT INTO t SELECT seq, 10 * seq, 0 FROM seq_1_to_100',
  ],
  migrate: ['t'],
  alter: ['ALTER TABLE t ADD UNIQUE KEY (u)'],
};
/** More than a collision may last. */
const manyRounds = 40;
/** Row 2 takes the value of row 1, which has another one by then. */
const passesOn = ['UPDATE t SET u = -1 WHERE id = 1', 'UPDATE t SET u = 10 WHERE id = 2'];

async function copied(): Promise<CascadeScene> {
  const scene = await CascadeScene.open(options);
  await scene.copy();
  await scene.engine.hold();
  return scene;
}

async function holding(scene: CascadeScene, id: number): Promise<Session> {
  const holder = await scene.database.connect();
  await holder.execute('START TRANSACTION');
  await holder.query(`SELECT * FROM t WHERE id = ${id} FOR UPDATE`);
  return holder;
}

test('the change of the other row is further down the log', async () => {
  await using scene = await copied();
  await scene.write('UPDATE t SET v = 1 WHERE id = 2');
  await scene.heard();
  scene.engine.tail.pause();
  await scene.write(...passesOn);
  await scene.rounds(manyRounds);
  expect(scene.engine.rounds.backlog).toBe(1);
  scene.engine.tail.resume();
  await scene.drain();
  expect(await scene.differences()).toEqual([]);
});

test('the other row is locked by the service', async () => {
  await using scene = await copied();
  await scene.write(...passesOn);
  const holder = await holding(scene, 1);
  await scene.heard();
  await scene.rounds(manyRounds);
  expect(scene.engine.rounds.backlog).toBe(2);
  await holder.close();
  await scene.drain();
  expect(await scene.differences()).toEqual([]);
});

test('the row goes from one such value to the next', async () => {
  await using scene = await copied();
  for (let id = 3; id < 100; id += 1) {
    await scene.write(`UPDATE t SET u = -${id} WHERE id = ${id}`, `UPDATE t SET u = ${10 * id} WHERE id = 2`);
    await scene.rounds(1);
  }
  await scene.drain();
  expect(await scene.differences()).toEqual([]);
});

test('two rows of the source have it: the run stops and names one, whatever else is written and locked', async () => {
  await using scene = await copied();
  await scene.write('UPDATE t SET u = 10 WHERE id = 2');
  await scene.heard();
  const failed = (async () => {
    for (let round = 0; round < manyRounds; round += 1) {
      await scene.write('UPDATE t SET v = v + 1 WHERE id > 50');
      const holder = await holding(scene, 51 + (round % 50));
      await scene.rounds(1).finally(() => holder.close());
    }
  })();
  await expect(failed).rejects.toMatchObject({ code: 'apply-failed', facts: { table: 't', key: '2' } });
});
