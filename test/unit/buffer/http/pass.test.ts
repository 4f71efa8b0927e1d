import { expect, test } from 'vitest';
import { Passes } from '../../../../src/buffer/http/pass.js';

const secret = Buffer.from('a shared secret');
const now = Date.now();

test('a pass is good while its request is inside, and no longer', () => {
  const passes = new Passes(secret);
  const pass = passes.issue(now);
  expect(passes.isValid(pass, now + 3_600_000, now - 1)).toBe(true);
  passes.retire(pass);
  expect(passes.isValid(pass, now, null)).toBe(false);
});

test('a pass of another buffer with the same secret is good for a minute, when it is older than the hold', () => {
  const pass = new Passes(secret).issue(now);
  const other = new Passes(secret);
  expect(other.isValid(pass, now, null)).toBe(true);
  expect(other.isValid(pass, now + 10, now + 5)).toBe(true);
  expect(other.isValid(pass, now + 10, now - 5)).toBe(false);
  expect(other.isValid(pass, now + 60_001, null)).toBe(false);
});

test('a pass with another secret, or changed anywhere, is none', () => {
  const passes = new Passes(secret);
  const pass = passes.issue(now);
  expect(new Passes(Buffer.from('another secret')).isValid(pass, now, null)).toBe(false);
  for (let i = 0; i < pass.length; i += 1) {
    const changed = `${pass.slice(0, i)}${pass[i] === 'A' ? 'B' : 'A'}${pass.slice(i + 1)}`;
    expect(passes.isValid(changed, now, null), `changed at ${i}`).toBe(false);
  }
  for (const text of ['', '.', '...', 'a.b.c.d', `${pass}.x`, pass.slice(0, -1)])
    expect(passes.isValid(text, now, null)).toBe(false);
});
