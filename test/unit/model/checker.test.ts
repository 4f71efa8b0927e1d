import { describe, expect, test } from 'vitest';
import { explore, noWayToAnEnd, type Model } from '../../model/checker.js';

/** Numbers that are doubled or grow by one, up to a limit. */
const numbers: Model<number> = {
  initial: 1,
  *steps(n) {
    if (n < 8) yield { action: 'add one', next: n + 1 };
    if (n < 5) yield { action: 'double', next: n * 2 };
  },
  violation: () => null,
  isEnd: (n) => n === 8,
};

describe('the checker', () => {
  test('looks at every state once', () => {
    expect(explore(numbers, 100)).toMatchObject({ states: 8, depth: 4, ends: 1, violation: null });
  });

  test('finds the shortest way to a violation', () => {
    const model: Model<number> = { ...numbers, violation: (n) => (n === 6 ? 'six' : null) };
    expect(explore(model, 100).violation).toEqual({ property: 'six', trace: ['add one', 'add one', 'double'] });
  });

  test('finds states from which no end is reached', () => {
    const model: Model<number> = {
      ...numbers,
      *steps(n) {
        if (n > 0) yield* numbers.steps(n);
        if (n === 4) yield { action: 'fall', next: -1 };
        if (n === -1) yield { action: 'stay', next: -1 };
      },
    };
    expect(explore(model, 100).violation).toEqual({ property: noWayToAnEnd, trace: ['add one', 'double', 'fall'] });
  });

  test('does not give up silently', () => {
    expect(() => explore(numbers, 5)).toThrow('more than 5 states');
  });
});
