import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BufferLayer, HoldRequest } from '../../src/buffer/contract.js';
import { until } from './until.js';
import type { Withheld } from './withheld.js';

/** One real buffer with a real service behind it and real clients before it. */
export interface BufferRig {
  readonly layer: BufferLayer;
  /** A second way to the same buffer, as a second engine would have it. */
  readonly other: BufferLayer;
  /**
   * One request number `n` through the buffer; resolves with what its client got: the service's answer, an error of the buffer, or nothing
   * because the client left (`abort`) or the answer never came in time.
   */
  call(n: number, options?: { abort?: AbortSignal }): Promise<'answered' | 'rejected' | 'left'>;
  /** Keeps the service's answers back. */
  readonly answers: Withheld;
  /** The numbers of the requests in the order in which the service began them, each as often as it did. */
  readonly executed: number[];
  close(): Promise<void>;
}

const never = new AbortController().signal;
let holds = 0;

/** Longer than any test that is not about its end, also on a busy machine. */
function request(overrides: Partial<HoldRequest> = {}): HoldRequest {
  holds += 1;
  return { id: `contract-${holds}`, leaseMs: 60_000, deadlineMs: 60_000, maxHeld: 10_000, ...overrides };
}

/**
 * The promises of `contract.ts`, seen on a real buffer. Every adapter runs them; what it cannot do, its capabilities say.
 * `leaseMs` is long enough for several renewals on a busy machine.
 */
export function describeBufferContract(
  adapter: string,
  open: () => Promise<BufferRig>,
  { leaseMs = 1_000 }: { readonly leaseMs?: number } = {},
): void {
  describe(`${adapter}: the contract of a buffer`, () => {
    let rig: BufferRig;
    beforeAll(async () => {
      rig = await open();
    });
    afterAll(() => rig.close());

    const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
    /** Calls in order. `arrived` resolves when so many have come: two that are on their way may overtake each other. */
    const callAll = async (
      count: number,
      arrived: (calls: number) => Promise<void> = () => delay(2),
    ): Promise<Promise<'answered' | 'rejected' | 'left'>[]> => {
      const calls: Promise<'answered' | 'rejected' | 'left'>[] = [];
      for (const n of numbers(count)) {
        calls.push(rig.call(n));
        await arrived(calls.length);
      }
      return calls;
    };
    const forget = (): void => {
      rig.executed.length = 0;
    };

    test('finds nothing in the way of a hold', async () => {
      expect(await rig.layer.preflight(5_000)).toEqual([]);
    });

    test('forwards while it is open', async () => {
      forget();
      const calls = await callAll(20);
      expect(await Promise.all(calls)).toEqual(calls.map(() => 'answered'));
      expect([...rig.executed].sort((a, b) => a - b)).toEqual(numbers(20));
    });

    test('holds 200 requests, executes none, and releases each once and in order', async () => {
      forget();
      const hold = await rig.layer.hold(request());
      await hold.drain(2_000, never);
      const { countsHeld, strictOrder } = rig.layer.capabilities;
      const calls = countsHeld
        ? await callAll(200, (count) => until(async () => (await hold.status()).held === count, { withinMs: 5_000 }))
        : await callAll(200);
      if (!countsHeld) await delay(500);
      expect(rig.executed).toEqual([]);
      const report = await hold.release({ window: 1 });
      expect(await Promise.all(calls)).toEqual(calls.map(() => 'answered'));
      expect([...rig.executed].sort((a, b) => a - b)).toEqual(numbers(200));
      if (strictOrder) expect(rig.executed).toEqual(numbers(200));
      if (countsHeld) expect(report.held).toBe(200);
      expect((await hold.status()).state).toBe('ended');
    });

    test('holds again after a release', async () => {
      forget();
      const hold = await rig.layer.hold(request());
      const call = rig.call(1);
      await delay(200);
      expect(rig.executed).toEqual([]);
      await hold.release({ window: 8 });
      expect(await call).toBe('answered');
    });

    test('drains what was admitted before the hold', async () => {
      if (!rig.layer.capabilities.countsInFlight) return;
      forget();
      const answer = rig.answers.begin();
      const admitted = rig.call(1);
      await until(() => rig.executed.length === 1, { withinMs: 5_000 });
      const hold = await rig.layer.hold(request());
      await expect(hold.drain(100, never)).rejects.toMatchObject({ code: 'buffer-failed' });
      answer();
      await hold.drain(5_000, never);
      expect(await admitted).toBe('answered');
      await hold.release({ window: 8 });
    });

    test('is held by one at a time', async () => {
      forget();
      const hold = await rig.layer.hold(request());
      await expect(rig.layer.hold(request())).rejects.toMatchObject({ code: 'buffer-failed' });
      await expect(rig.other.hold(request())).rejects.toMatchObject({ code: 'buffer-failed' });
      const call = rig.call(1);
      await delay(200);
      expect(rig.executed, 'the refused hold changed nothing').toEqual([]);
      await hold.release({ window: 8 });
      expect(await call).toBe('answered');
    });

    test('is kept by renewal, and a release of what has ended says so', async () => {
      forget();
      const hold = await rig.layer.hold(request({ leaseMs }));
      const call = rig.call(1);
      for (let i = 0; i < 6; i += 1) {
        await delay(0.3 * leaseMs);
        await hold.renew(leaseMs);
      }
      expect(rig.executed).toEqual([]);
      await until(async () => (await hold.status()).state === 'ended', { withinMs: 10_000 });
      expect(await call).toBe(rig.layer.capabilities.onExpiry === 'open' ? 'answered' : 'rejected');
      await expect(hold.release({ window: 8 })).rejects.toMatchObject({ code: 'buffer-failed' });
      expect(await rig.call(2), 'it is open afterwards').toBe('answered');
    });

    test('ends at the deadline, whatever is renewed', async () => {
      forget();
      const hold = await rig.layer.hold(request({ deadlineMs: 1_000, leaseMs: 60_000 }));
      const call = rig.call(1);
      await until(async () => (await hold.status()).state === 'ended', { withinMs: 10_000 });
      expect(await call).toBe(rig.layer.capabilities.onExpiry === 'open' ? 'answered' : 'rejected');
      await expect(hold.renew(1_000)).rejects.toMatchObject({ code: 'buffer-failed' });
      expect(await rig.call(2)).toBe('answered');
    });

    test('does not execute the requests of clients that left', async () => {
      if (rig.layer.capabilities.carries === 'rpc') return; // a published message has no client to leave
      forget();
      const hold = await rig.layer.hold(request());
      const leaving = new AbortController();
      const left = rig.call(1, { abort: leaving.signal });
      const staying = rig.call(2);
      await delay(200);
      leaving.abort();
      expect(await left).toBe('left');
      await delay(200);
      await hold.release({ window: 8 });
      expect(await staying).toBe('answered');
      expect(rig.executed).toEqual([2]);
    });
  });
}
