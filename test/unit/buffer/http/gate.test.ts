import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Gate } from '../../../../src/buffer/http/gate.js';
import { HoldRecord } from '../../../../src/buffer/http/hold-record.js';
import type { Passage } from '../../../../src/buffer/http/passage.js';

/** A request that does nothing but note what the gate does with it. */
class Request implements Passage {
  readonly seq: number;
  readonly arrivedAt = performance.now();
  place: Passage['place'] = 'outside';
  hold: HoldRecord | null = null;
  isUnderWay = false;
  ready = true;
  fate: 'none' | 'gone' | 'full' | 'late' = 'none';

  constructor(
    readonly gate: Gate,
    readonly log: number[],
    seq = gate.nextSeq(),
  ) {
    this.seq = seq;
  }

  isReady(): boolean {
    return this.ready;
  }

  go(): void {
    this.fate = 'gone';
    this.log.push(this.seq);
    this.isUnderWay = true;
  }

  turnAway(reason: 'full' | 'late'): void {
    this.fate = reason;
  }

  enter(): this {
    this.gate.enter(this, false);
    return this;
  }
}

const limits = { maxHeld: 100, maxWaitMs: 10_000 };
const asked = { id: 'h', leaseMs: 5_000, deadlineMs: 8_000, maxHeld: 50 };

let gate: Gate;
let log: number[];
const arrive = (count: number): Request[] => Array.from({ length: count }, () => new Request(gate, log).enter());
const prepared = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  gate = new Gate(limits, () => Promise.resolve());
  log = [];
});
afterEach(() => vi.useRealTimers());

describe('the gate', () => {
  test('lets in while it is open, and counts', () => {
    const [first] = arrive(3);
    expect(log).toEqual([1, 2, 3]);
    gate.finish(first!, 'answered');
    gate.finish(first!, 'answered');
    expect(gate.inFlight).toBe(2);
  });

  test('lets go in received order, `window` at once, and opens when the line is empty', async () => {
    gate.hold(new HoldRecord(asked));
    const requests = arrive(5);
    expect([log, gate.held]).toEqual([[], 5]);
    gate.release(2, 'release');
    await prepared();
    expect(log).toEqual([1, 2]);
    gate.finish(requests[1]!, 'answered');
    expect(log).toEqual([1, 2, 3]);
    expect(gate.state).toBe('releasing');
    for (const request of requests) gate.finish(request, 'answered');
    expect(log).toEqual([1, 2, 3, 4, 5]);
    expect(gate.state).toBe('open');
    expect(gate.record!.isClosed).toBe(true);
    expect(gate.record!.report()).toMatchObject({ held: 5, answered: 5, rejected: 0, abandoned: 0, displacement: 0 });
  });

  test('who comes during the release goes behind who waited', async () => {
    gate.hold(new HoldRecord(asked));
    const [one] = arrive(2);
    gate.release(1, 'release');
    await prepared();
    arrive(1);
    expect(log).toEqual([1]);
    gate.finish(one!, 'answered');
    expect(log).toEqual([1, 2]);
  });

  test('nothing goes before the request ahead of it is under way', async () => {
    gate.hold(new HoldRecord(asked));
    const [one] = arrive(2);
    one!.go = () => void log.push(one!.seq);
    gate.release(8, 'release');
    await prepared();
    expect(log).toEqual([1]);
    one!.isUnderWay = true;
    gate.proceed();
    expect(log).toEqual([1, 2]);
  });

  test('a request that waits for its connection’s turn keeps its place', async () => {
    const early = new Request(gate, log);
    gate.hold(new HoldRecord(asked));
    arrive(2);
    early.enter();
    gate.release(1, 'release');
    await prepared();
    expect(log).toEqual([1]);
    expect(gate.record!.report().displacement).toBe(0);
  });

  test('who leaves while waiting does not go', async () => {
    gate.hold(new HoldRecord(asked));
    const [, second] = arrive(3);
    gate.finish(second!, 'left');
    expect(gate.held).toBe(2);
    gate.release(8, 'release');
    await prepared();
    expect(log).toEqual([1, 3]);
    expect(gate.record!.report()).toMatchObject({ held: 3, abandoned: 1 });
  });

  test('turns away beyond the hold’s number', () => {
    gate.hold(new HoldRecord({ ...asked, maxHeld: 2 }));
    expect(arrive(3).map(({ fate }) => fate)).toEqual(['none', 'none', 'full']);
    expect(gate.record!.report()).toMatchObject({ held: 2, rejected: 1 });
  });

  test.each([
    ['lease', { ...asked, leaseMs: 1_000 }, 1_000],
    ['deadline', { ...asked, deadlineMs: 2_000 }, 2_000],
  ])('opens by itself at the %s', async (by, request, ms) => {
    gate.hold(new HoldRecord(request));
    arrive(1);
    await vi.advanceTimersByTimeAsync(ms - 10);
    expect(gate.state).toBe('holding');
    await vi.advanceTimersByTimeAsync(150);
    expect(gate.record!.endedBy).toBe(by);
    expect(log).toEqual([1]);
    expect(gate.state).toBe('open');
  });

  test('renewal moves the lease, not the deadline', async () => {
    const record = new HoldRecord({ ...asked, leaseMs: 1_000, deadlineMs: 3_000 });
    gate.hold(record);
    const renewal = setInterval(() => record.renew(1_000), 500);
    await vi.advanceTimersByTimeAsync(2_900);
    expect(gate.state).toBe('holding');
    await vi.advanceTimersByTimeAsync(250);
    expect(record.endedBy).toBe('deadline');
    clearInterval(renewal);
  });

  test('turns away who waited too long behind a slow release', async () => {
    gate.hold(new HoldRecord(asked));
    const requests = arrive(3);
    gate.release(1, 'release');
    await vi.advanceTimersByTimeAsync(limits.maxWaitMs + 200);
    expect(requests.map(({ fate }) => fate)).toEqual(['gone', 'late', 'late']);
    expect(gate.state).toBe('open');
    expect(gate.record!.isClosed).toBe(false);
    gate.finish(requests[0]!, 'answered');
    expect(gate.record!.isClosed).toBe(true);
  });

  test('drains what is inside, and tells when it did not', async () => {
    const [one] = arrive(1);
    gate.hold(new HoldRecord(asked));
    const first = gate.drain(100);
    await vi.advanceTimersByTimeAsync(101);
    expect(await first).toBe(false);
    const second = gate.drain(100);
    gate.finish(one!, 'answered');
    expect(await second).toBe(true);
    expect(await gate.drain(100)).toBe(true);
  });

  test('an upgraded connection is not waited for', async () => {
    const [one] = arrive(1);
    gate.upgrade(one!);
    expect([gate.inFlight, gate.upgraded]).toEqual([0, 1]);
    expect(await gate.drain(100)).toBe(true);
  });

  test('a window that is too small for what keeps coming grows once the backlog is gone', async () => {
    gate.hold(new HoldRecord(asked));
    let inside = arrive(4);
    gate.release(1, 'release');
    await prepared();
    for (let round = 0; round < 40 && gate.state === 'releasing'; round += 1) {
      const going = inside.filter(({ fate, place }) => fate === 'gone' && place === 'inside');
      inside = [...inside, ...arrive(3)];
      for (const request of going) gate.finish(request, 'answered');
    }
    expect(gate.state).toBe('open');
    expect(log).toEqual([...log].sort((a, b) => a - b));
  });

  test('thousands that fail at once do not fill the stack', async () => {
    gate = new Gate({ ...limits, maxHeld: 20_000 }, () => Promise.resolve());
    gate.hold(new HoldRecord({ ...asked, maxHeld: 20_000 }));
    for (const request of arrive(20_000)) request.go = () => gate.finish(request, 'failed');
    gate.release(1, 'release');
    await prepared();
    expect(gate.record!.report()).toMatchObject({ held: 20_000, rejected: 20_000 });
    expect(gate.state).toBe('open');
  });
});
