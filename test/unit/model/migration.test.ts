import { describe, expect, test } from 'vitest';
import { largeHistories, smallHistories } from '../../model/bounds.js';
import { explore } from '../../model/checker.js';
import { migrationModel } from '../../model/migration.js';

// `npm run test:model` explores larger histories.
const isLarge = process.env['MODEL_LARGE'] !== undefined;
const maxStates = 8_000_000;
const limitMs = isLarge ? 1_800_000 : 60_000;

/** A model in which nothing happens keeps every promise. */
const mustHappen = [
  'applier: key 0 is left for later',
  'applier: key 0 deleted',
  "dead engine's chunk of 0: is done",
  "dead engine's delete of 0: is done",
  'guard 0: was lost',
  'RENAME: is gone',
  'RENAME: fails at the sentry',
  'cutover: was not swapped',
  'cutover: was swapped',
  'cutover: RENAME has answered',
  'engine: resumes',
  'engine: resumes, was swapped',
];

describe('every history keeps every invariant and can come to its end', () => {
  const happened = new Set<string>();

  test.each(Object.entries(isLarge ? largeHistories : smallHistories))(
    '%s',
    (name, bounds) => {
      const { states, depth, ends, actions, violation } = explore(migrationModel(bounds), maxStates);
      console.log(`${name}: ${states} states, ${ends} of them ends, ${depth} steps deep`);
      for (const action of actions) happened.add(action);
      expect(violation).toBeNull();
      expect(ends).toBeGreaterThan(0);
    },
    limitMs,
  );

  test('and everything that matters happens in one of them', () => {
    expect([...happened]).toEqual(expect.arrayContaining(mustHappen));
  });
});
