import { describe, expect, it } from 'vitest';
import { DeltaSet } from '../../../src/delta/delta-set.js';

describe('DeltaSet', () => {
  it('keeps each key once, with the newest kind', () => {
    const delta = new DeltaSet();
    delta.add('1', 'written');
    delta.add('1', 'deleted');
    expect(delta.size).toBe(1);
    expect(delta.takeAll()).toEqual([{ key: '1', kind: 'deleted' }]);
  });

  it('counts a key as there while it is being applied', () => {
    const delta = new DeltaSet();
    delta.add('1', 'written');
    delta.takeAll();
    expect(delta.has('1')).toBe(true);
    delta.finish([]);
    expect(delta.has('1')).toBe(false);
    expect(delta.size).toBe(0);
  });

  it('puts leftovers back, but never over a newer change', () => {
    const delta = new DeltaSet();
    delta.add('1', 'written');
    delta.add('2', 'written');
    const taken = delta.takeAll();
    delta.add('1', 'deleted');
    delta.finish(taken);
    expect(delta.takeAll()).toEqual([
      { key: '1', kind: 'deleted' },
      { key: '2', kind: 'written' },
    ]);
  });

  it('refuses to give out keys while a round holds some', () => {
    const delta = new DeltaSet();
    delta.add('1', 'written');
    delta.takeAll();
    expect(() => delta.takeAll()).toThrow(/not finished/);
  });

  it.each(['added', 'applied', 'waiting'] as const)('an observation notes a key that was %s during it', (moment) => {
    const delta = new DeltaSet();
    if (moment !== 'added') delta.add('1', 'written');
    if (moment === 'applied') delta.takeAll();
    const observation = delta.observe();
    if (moment === 'added') {
      delta.add('1', 'written');
      delta.takeAll();
    }
    if (moment !== 'waiting') delta.finish([]);
    expect(observation.touched('1')).toBe(true);
    expect(observation.touched('2')).toBe(false);
    observation.end();
  });

  it('an observation ends', () => {
    const delta = new DeltaSet();
    const observation = delta.observe();
    observation.end();
    delta.add('1', 'written');
    delta.takeAll();
    delta.finish([]);
    expect(observation.touched('1')).toBe(false);
  });
});
