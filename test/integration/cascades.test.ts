import { describe, expect, test } from 'vitest';
import { CascadeScene, type SceneOptions } from '../support/cascade-scene.js';

/** What InnoDB changes through foreign keys without a word in the binlog gets into the shadow, whenever it happens. */

interface Case extends SceneOptions {
  readonly name: string;
  /** What the service does; the children's changes are in no event. */
  readonly write: readonly string[];
}

const chain = (actions: string): string[] => [
  'CREATE TABLE a (id INT PRIMARY KEY)',
  `CREATE TABLE b (id INT PRIMARY KEY, a INT, CONSTRAINT b_a FOREIGN KEY (a) REFERENCES a (id) ${actions})`,
  `CREATE TABLE c (id INT PRIMARY KEY, b INT, v INT, CONSTRAINT c_b FOREIGN KEY (b) REFERENCES b (id) ${actions})`,
  'INSERT INTO a SELECT seq FROM seq_1_to_100',
  'INSERT INTO b SELECT seq, 1 + seq % 100 FROM seq_1_to_400',
  'INSERT INTO c SELECT seq, 1 + seq % 400, seq FROM seq_1_to_2000',
];
const deletes = [
  'DELETE FROM a WHERE id = 3',
  'DELETE FROM a WHERE id BETWEEN 10 AND 30',
  'DELETE FROM b WHERE id = 77',
];

const cases: readonly Case[] = [
  {
    name: 'a chain of three, all migrated',
    create: chain('ON DELETE CASCADE'),
    migrate: ['a', 'b', 'c'],
    write: deletes,
  },
  { name: 'a chain whose middle is followed', create: chain('ON DELETE CASCADE'), migrate: ['c'], write: deletes },
  { name: 'a chain whose root is watched', create: chain('ON DELETE CASCADE'), migrate: ['b', 'c'], write: deletes },
];

describe.each([{ moment: 'after the copy' }, { moment: 'before the copy' }])('$moment', ({ moment }) => {
  test.each(cases)('$name', async ({ write, ...options }) => {
    for (const cascades of [true, false]) {
      await using scene = await CascadeScene.open({ ...options, safeties: { cascades } });
      if (moment === 'after the copy') await scene.copy();
      await scene.write(...write);
      if (moment === 'before the copy') await scene.copy();
      await scene.finish();
      const differences = await scene.differences();
      if (cascades) expect(differences).toEqual([]);
      else if (moment === 'after the copy') expect(differences).not.toEqual([]);
      if (!cascades) continue;
      await scene.verify();
      expect(scene.unexplained).toEqual([]);
      expect(await scene.differences()).toEqual([]);
    }
  });
});
