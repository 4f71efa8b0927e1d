import { expect, test } from 'vitest';
import { runLockName } from '../../../src/journal/run-lock.js';

test('the lock carries the name of the database while the server allows it', () => {
  expect(runLockName('shop')).toBe('tideover:shop');
  expect(runLockName('x'.repeat(55))).toHaveLength(64);
});

test('a long name becomes a digest that still tells databases apart', () => {
  const [a, b] = [runLockName(`${'x'.repeat(60)}a`), runLockName(`${'x'.repeat(60)}b`)];
  expect(a).not.toBe(b);
  expect(a.length).toBeLessThanOrEqual(64);
});
