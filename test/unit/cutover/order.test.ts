import { describe, expect, test } from 'vitest';
import type { SwapTable } from '../../../src/cutover/contract.js';
import { inLockOrder, renameStatement } from '../../../src/cutover/order.js';

function swapOf(table: string, database = 'app'): SwapTable {
  return {
    source: { schema: database, table },
    shadow: { schema: `${database}__shadow`, table },
    retired: { schema: `${database}__retired`, table },
  };
}

const order = (tables: readonly SwapTable[]): string[] => inLockOrder(tables).map(({ source }) => source.table);

describe('lock order', () => {
  test('is the order of the UTF-8 bytes, a prefix first', () => {
    expect(order(['b', 'a_', 'a', 'Z', 'ä', 'a0'].map((name) => swapOf(name)))).toEqual([
      'Z',
      'a',
      'a0',
      'a_',
      'b',
      'ä',
    ]);
  });

  test('is not the order of UTF-16 units', () => {
    const astral = '\u{1F600}';
    expect(order([swapOf(astral), swapOf('\uff21')])).toEqual(['\uff21', astral]);
  });

  test('goes by schema first', () => {
    const retired = { schema: 'retired', table: 'x' };
    const tables = [swapOf('a', 'q'), { ...swapOf('z', 'p'), retired }];
    expect(inLockOrder(tables).map(({ source }) => source.schema)).toEqual(['p', 'q']);
  });

  test('refuses what one statement cannot do', () => {
    expect(() => inLockOrder([])).toThrow('at least one');
    expect(() => inLockOrder([swapOf('t'), swapOf('t')])).toThrow('occurs twice');
    expect(() => inLockOrder([{ ...swapOf('t'), retired: { schema: 'app', table: 't' } }])).toThrow('occurs twice');
  });

  test('refuses a sentry that B would have locked already', () => {
    expect(() => inLockOrder([{ ...swapOf('t'), retired: { schema: 'aaa', table: 't' } }])).toThrow(
      'must come after every source',
    );
  });
});

test('RENAME makes the first retired name first, and leaves no source name free', () => {
  expect(renameStatement(inLockOrder([swapOf('b`'), swapOf('a')]))).toBe(
    'RENAME TABLE `app`.`a` TO `app__retired`.`a`, `app__shadow`.`a` TO `app`.`a`, ' +
      '`app`.`b``` TO `app__retired`.`b```, `app__shadow`.`b``` TO `app`.`b```',
  );
});
