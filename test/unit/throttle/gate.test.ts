import { expect, test } from 'vitest';
import { Gate } from '../../../src/throttle/gate.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('it is open when nobody keeps it closed any more', async () => {
  const gate = new Gate(new AbortController().signal);
  const begun: string[] = [];
  gate.close('pacer');
  gate.close('operator');
  const work = gate.pass(() => Promise.resolve(begun.push('work')));
  gate.open('pacer');
  await turn();
  expect(begun).toEqual([]);
  expect(gate.isKeptByOthers('operator')).toBe(false);
  gate.open('operator');
  await work;
  expect(begun).toEqual(['work']);
});

test('what is inside goes on when it is closed', async () => {
  const gate = new Gate(new AbortController().signal);
  let end = (): void => undefined;
  const work = gate.pass(() => new Promise<void>((resolve) => (end = resolve)));
  await turn();
  gate.close('throttles');
  expect(gate.inside).toBe(1);
  end();
  await work;
  expect(gate.inside).toBe(0);
});

test('it is open for good when the run has ended', async () => {
  const stop = new AbortController();
  const gate = new Gate(stop.signal);
  gate.close('operator');
  const work = gate.pass(() => Promise.resolve('seen'));
  stop.abort();
  await expect(work).resolves.toBe('seen');
});
