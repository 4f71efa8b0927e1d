import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { comparePositions } from '../../src/binlog/source.js';
import type { Safeties } from '../../src/util/safeties.js';
import { CascadeScene, type SceneOptions } from '../support/cascade-scene.js';
import { commitHangs, startSemiSync, type SemiSync } from '../support/semi-sync.js';

/** I3: an event is there and its commit is not visible. A chunk that is copied just then must not be the last word on what it sees. */

let semiSync: SemiSync;
beforeAll(async () => {
  semiSync = await startSemiSync();
});
afterAll(() => semiSync.stop());

interface Sight {
  readonly safeties: Partial<Safeties>;
  /** What the round leaves that is made while the commit is invisible. */
  readonly left: number;
}

/** Deletes a row of `a`, makes a round when the event has been read, and copies, all before the delete can be seen. Both sides are equal afterwards, or are not when a safety is off. */
async function deleteUnseen(options: SceneOptions, { safeties, left }: Sight): Promise<void> {
  await using scene = await CascadeScene.open({ ...options, safeties, server: semiSync.primary });
  await scene.engine.hold();
  let [deleted, copied] = [Promise.resolve(), Promise.resolve()];
  await semiSync.hold();
  try {
    const before = scene.engine.tail.position;
    deleted = scene.write('DELETE FROM a WHERE id = 3');
    while (comparePositions(scene.engine.tail.position, before) <= 0) await delay(5);
    await scene.engine.rounds.next();
    expect(scene.engine.rounds.backlog).toBe(left);
    copied = scene.copy();
    // It has read the source.
    await commitHangs(semiSync.primary, 'REPLACE INTO');
  } finally {
    await semiSync.release();
  }
  await Promise.all([deleted, copied]);
  await scene.drain();
  const differences = await scene.differences();
  if (left > 0) expect(differences).toEqual([]);
  else expect(differences).not.toEqual([]);
}

test.each<Sight>([
  { safeties: {}, left: 1 },
  { safeties: { lockingRead: false }, left: 0 },
])('children that a cascade takes are copied before that is seen: $safeties', (sight) =>
  deleteUnseen(
    {
      create: [
        'CREATE TABLE a (id INT PRIMARY KEY)',
        'CREATE TABLE b (id INT PRIMARY KEY, a INT, CONSTRAINT b_a FOREIGN KEY (a) REFERENCES a (id) ON DELETE CASCADE)',
        'INSERT INTO a SELECT seq FROM seq_1_to_100',
        'INSERT INTO b SELECT seq, 1 + seq % 100 FROM seq_1_to_400',
      ],
      migrate: ['b'],
    },
    sight,
  ),
);

test.each<Sight>([
  { safeties: {}, left: 1 },
  { safeties: { deletesDecided: false }, left: 0 },
])('a deleted row is copied before that is seen: $safeties', (sight) =>
  deleteUnseen(
    {
      create: ['CREATE TABLE a (id INT PRIMARY KEY)', 'INSERT INTO a SELECT seq FROM seq_1_to_100'],
      migrate: ['a'],
    },
    sight,
  ),
);
