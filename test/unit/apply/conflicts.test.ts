import { expect, it } from 'vitest';
import { Conflicts } from '../../../src/apply/conflicts.js';

it('a collision lasts when it is there in ten rounds in a row, and is forgotten when one round goes without it', () => {
  const conflicts = new Conflicts();
  const rounds = (count: number): boolean[] =>
    Array.from({ length: count }, () => {
      const lasts = conflicts.lasts('1');
      conflicts.endRound();
      return lasts;
    });
  expect(rounds(9)).toEqual(Array(9).fill(false));
  conflicts.endRound();
  expect(rounds(10)).toEqual([...Array<boolean>(9).fill(false), true]);
});
