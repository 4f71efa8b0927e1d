import { describe, expect, it } from 'vitest';
import { Gate } from '../../../src/throttle/gate.js';
import { Pacer, workShareOf } from '../../../src/throttle/pacer.js';
import { pause } from '../../../src/util/pause.js';

describe('workShareOf', () => {
  it('works all the time when the service does not feel it', () => {
    expect(workShareOf({ working: 1000, pausing: 1000 })).toBe(1);
    expect(workShareOf({ working: 850, pausing: 1000 })).toBe(1);
  });

  it('leaves the service four fifths on the whole', () => {
    const rates = { working: 500, pausing: 1000 };
    const share = workShareOf(rates);
    expect(share * rates.working + (1 - share) * rates.pausing).toBeCloseTo(800);
  });

  it('never stops altogether', () => {
    expect(workShareOf({ working: 0, pausing: 1000 })).toBeCloseTo(0.2);
  });
});

describe('Pacer', () => {
  it('lets nothing begin while it looks at the service alone, and lets everything go on afterwards', async () => {
    const stop = new AbortController();
    let transactions = 0;
    const gate = new Gate(stop.signal);
    const loop = new Pacer(gate, () => (transactions += 1_000)).loop(stop.signal);
    while (gate.isOpen) await pause(1, stop.signal);
    let begun = false;
    const work = gate.pass(() => {
      begun = true;
      return Promise.resolve(gate.isOpen);
    });
    expect(begun).toBe(false);
    await expect(work).resolves.toBe(true);
    stop.abort();
    await loop;
  });

  it('never pauses for an idle service', async () => {
    const stop = new AbortController();
    const gate = new Gate(stop.signal);
    const loop = new Pacer(gate, () => 0).loop(stop.signal);
    const seen = new Set<boolean>();
    for (let look = 0; look < 200; look += 1) {
      seen.add(gate.isOpen);
      await pause(10, stop.signal);
    }
    stop.abort();
    await loop;
    expect([...seen]).toEqual([true]);
  });
});
