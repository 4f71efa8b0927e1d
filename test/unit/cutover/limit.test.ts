import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Limit, settled } from '../../../src/cutover/limit.js';
import { pause } from '../../../src/util/pause.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new Promise<never>(() => undefined);

describe('a limit', () => {
  test('ends what is awaited through it, and says that it is over', async () => {
    const limit = new Limit(new AbortController().signal);
    limit.set(100, () => new Error('late'));
    const waiting = expect(limit.within(never)).rejects.toThrow('late');
    expect(limit.isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(100);
    await waiting;
    expect(limit.isOver).toBe(true);
    await expect(limit.within(Promise.resolve('too late'))).rejects.toThrow('late');
  });

  test('replaces the one before', async () => {
    const limit = new Limit(new AbortController().signal);
    limit.set(100, () => new Error('first'));
    limit.set(300, () => new Error('second'));
    await vi.advanceTimersByTimeAsync(200);
    expect(limit.isOver).toBe(false);
    const waiting = expect(limit.within(never)).rejects.toThrow('second');
    await vi.advanceTimersByTimeAsync(100);
    await waiting;
  });

  test('passes the signal on, until told to ignore it', async () => {
    const early = new AbortController();
    const aborted = new Limit(early.signal);
    early.abort(new Error('stop'));
    await expect(aborted.within(never)).rejects.toThrow('stop');

    const late = new AbortController();
    const sent = new Limit(late.signal);
    sent.ignoreSignal();
    late.abort(new Error('stop'));
    await expect(sent.within(Promise.resolve('done'))).resolves.toBe('done');
  });

  test('is over at once when the signal came before it', async () => {
    await expect(new Limit(AbortSignal.abort(new Error('stop'))).within(Promise.resolve('done'))).rejects.toThrow(
      'stop',
    );
  });

  test('never fires after its end', async () => {
    const limit = new Limit(new AbortController().signal);
    const reason = vi.fn(() => new Error('late'));
    limit.set(100, reason);
    limit.end();
    await vi.advanceTimersByTimeAsync(200);
    expect(reason).not.toHaveBeenCalled();
  });
});

test('settled tells an end in time, of either kind, from none', async () => {
  await expect(settled(Promise.reject(new Error('no')), 100)).resolves.toBe(true);
  const late = settled(never, 100);
  await vi.advanceTimersByTimeAsync(100);
  await expect(late).resolves.toBe(false);
});

test('an abort ends a pause', async () => {
  const controller = new AbortController();
  const ended = vi.fn();
  void pause(1_000, controller.signal).then(ended);
  await vi.advanceTimersByTimeAsync(500);
  expect(ended).not.toHaveBeenCalled();
  controller.abort();
  await vi.advanceTimersByTimeAsync(0);
  expect(ended).toHaveBeenCalled();
});
