import { describe, expect, test } from 'vitest';
import { decodePending, encodePending } from '../../../src/journal/pending-keys.js';
import type { Checkpoint } from '../../../src/journal/journal.js';

describe('pending keys in the journal', () => {
  test('come back in order and exactly, whatever the key', () => {
    const pending: Checkpoint['pending'] = [
      { table: 'a"b\\', kind: 'written', key: "(17,_latin1 x'62')" },
      { table: 'é', kind: 'deleted', key: '18446744073709551615' },
      { table: 'a"b\\', kind: 'deleted', key: "'2026-01-01 00:00:00.000000'" },
      { table: 'é', kind: 'unknown', key: '17' },
      { cause: { child: 'é', foreignKey: 'f"k', gone: "_utf8mb4 x'61'", now: null, awaits: null, visible: false } },
      { cause: { child: 'é', foreignKey: 'f', gone: '(1,2)', now: '(1,3)', awaits: '5', visible: true } },
    ];
    expect(decodePending(encodePending(pending))).toEqual(pending);
    expect(encodePending([])).toEqual([]);
  });

  test('a large backlog is split into rows that fit into a packet', () => {
    const pending = Array.from({ length: 100_000 }, (_, i) => ({
      table: 'orders',
      kind: 'written' as const,
      key: String(i),
    }));
    const parts = encodePending(pending);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect(part.length).toBeLessThan(1_100_000);
    expect(decodePending(parts)).toEqual(pending);
  });

  test.each([
    '{}',
    '[1]',
    '[["t","changed","1"]]',
    '[["t","written",1]]',
    '[["t","cause","f","1",null,null]]',
    '[["t"',
  ])('refuses %s', (text) => {
    expect(() => decodePending([text])).toThrow();
  });
});
