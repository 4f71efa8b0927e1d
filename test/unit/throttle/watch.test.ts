import { expect, test } from 'vitest';
import { Gate } from '../../../src/throttle/gate.js';
import type { Throttle } from '../../../src/throttle/throttle.js';
import { ThrottleWatch } from '../../../src/throttle/watch.js';

/** A signal that says what the test tells it to; the watch is all that is tried here. */
class Told implements Throttle {
  readonly name: string;
  answer: () => Promise<string | null> = () => Promise.resolve(null);
  isClosed = false;

  constructor(name: string) {
    this.name = name;
  }

  look(): Promise<string | null> {
    return this.answer();
  }

  cut(): void {
    // Nothing waits.
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

async function watching(...names: string[]) {
  const stop = new AbortController();
  const gate = new Gate(stop.signal);
  const told = names.map((name) => new Told(name));
  const changes: (string | null)[] = [];
  const waiting = new Set<() => void>();
  const watch = new ThrottleWatch(gate, told, (reason) => {
    changes.push(reason);
    for (const look of waiting) look();
  });
  const seen = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (changes.length >= count) resolve();
      };
      waiting.add(look);
      look();
    });
  await watch.first(stop.signal);
  const loop = watch.loop(stop.signal);
  return { gate, told, changes, seen, end: () => (stop.abort(), loop) };
}

test('reasons close the gate at once, are told when their cause changes, and open it when they are gone', async () => {
  const { gate, told, changes, seen, end } = await watching('a', 'b');
  const [a, b] = told as [Told, Told];
  a.answer = () => Promise.resolve('a 2 > 1');
  await seen(1);
  expect(gate.isKeptBy('throttles')).toBe(true);
  a.answer = () => Promise.resolve('a 3 > 1'); // the same cause
  b.answer = () => Promise.reject(new Error('no route'));
  await seen(2);
  a.answer = () => Promise.resolve(null);
  await seen(3);
  b.answer = () => Promise.resolve(null);
  await seen(4);
  expect(gate.isOpen).toBe(true);
  expect(changes).toEqual(['a 2 > 1', 'a 3 > 1, b unknown != known (no route)', 'b unknown != known (no route)', null]);
  await end();
  expect(told.every(({ isClosed }) => isClosed)).toBe(true);
});

test('who gives no answer throttles', async () => {
  const { gate, told, changes, seen, end } = await watching('a');
  told[0]!.answer = () => new Promise(() => undefined);
  await seen(1);
  expect(gate.isOpen).toBe(false);
  expect(changes[0]).toMatch(/^a silent-for \d+ms > 2000ms$/);
  await end();
});
