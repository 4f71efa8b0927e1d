import { describe, expect, test } from 'vitest';
import { changeOf, type CutoverChange, type SwapTable } from '../../../src/cutover/change.js';
import { inLockOrder, renameStatement } from '../../../src/cutover/order.js';

function swapOf(table: string, database = 'app'): SwapTable {
  return {
    source: { schema: database, table },
    shadow: { schema: `${database}__shadow`, table },
    retired: { schema: `${database}__retired`, table },
    target: { schema: database, table },
  };
}

const order = (change: CutoverChange): string[] => inLockOrder(change).map(({ table }) => table);

describe('lock order', () => {
  test('is the order of the UTF-8 bytes, a prefix first', () => {
    expect(order(changeOf(['b', 'a_', 'a', 'Z', 'ä', 'a0'].map((name) => swapOf(name))))).toEqual([
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
    expect(order(changeOf([swapOf(astral), swapOf('\uff21')]))).toEqual(['\uff21', astral]);
  });

  test('goes by schema first', () => {
    const shadow = { schema: 'shadow', table: 'x' };
    const change = changeOf([{ ...swapOf('z', 'p'), shadow }, swapOf('a', 'q')]);
    expect(inLockOrder(change).map(({ schema }) => schema)).toEqual(['p', 'q']);
  });

  test('has every table at which RENAME may wait, and no other', () => {
    const change = {
      ...changeOf([swapOf('m')]),
      created: [{ shadow: { schema: 'app__shadow', table: 'a' }, target: { schema: 'app', table: 'a' } }],
      dropped: [{ source: { schema: 'app', table: 'd' }, retired: { schema: 'app__retired', table: 'd' } }],
      passed: [{ schema: 'app', table: 'p' }],
      neighbours: [{ schema: 'app', table: 'n' }],
    };
    expect(order(change)).toEqual(['d', 'm', 'p']);
  });

  test('refuses what one statement cannot do', () => {
    expect(() => inLockOrder(changeOf([]))).toThrow('at least one');
    expect(() => inLockOrder(changeOf([swapOf('t'), swapOf('t')]))).toThrow('occurs twice');
    expect(() => inLockOrder(changeOf([{ ...swapOf('t'), retired: { schema: 'app', table: 't' } }]))).toThrow(
      'occurs twice',
    );
  });

  test('refuses a sentry that B would have locked already', () => {
    expect(() => inLockOrder(changeOf([{ ...swapOf('t'), shadow: { schema: 'aaa', table: 't' } }]))).toThrow(
      'must come after every table',
    );
  });
});

describe('RENAME', () => {
  test('passes the sentry first, and then leaves no name free', () => {
    expect(renameStatement(changeOf([swapOf('b`'), swapOf('a')]))).toBe(
      'RENAME TABLE `app__shadow`.`b``` TO `app__shadow`.`$sentry`, ' +
        '`app`.`b``` TO `app__retired`.`b```, `app`.`a` TO `app__retired`.`a`, ' +
        '`app__shadow`.`$sentry` TO `app`.`b```, `app__shadow`.`a` TO `app`.`a`',
    );
  });

  test('takes tables in and out, passes those that stay, and leaves one with triggers in its schema', () => {
    const change: CutoverChange = {
      ...changeOf([]),
      created: [{ shadow: { schema: 'app__shadow', table: 'n' }, target: { schema: 'app', table: 'n' } }],
      dropped: [{ source: { schema: 'app', table: 'd' }, retired: { schema: 'app__retired', table: 'd' } }],
      passed: [{ schema: 'app', table: 'p' }],
      triggers: [
        {
          source: { schema: 'app', table: 'd' },
          target: null,
          trigger: {
            name: 'tr',
            table: { schema: 'app', table: 'd' },
            timing: 'AFTER',
            event: 'INSERT',
            body: 'SET @a = 1',
            definer: '`root`@`%`',
            sqlMode: '',
            charset: 'utf8mb4',
            collation: 'utf8mb4_general_ci',
          },
        },
      ],
    };
    expect(renameStatement(change)).toBe(
      'RENAME TABLE `app`.`d` TO `app`.`$retired$d`, `app__shadow`.`n` TO `app`.`n`, ' +
        '`app`.`p` TO `app`.`$passing$p`, `app`.`$passing$p` TO `app`.`p`',
    );
  });
});
