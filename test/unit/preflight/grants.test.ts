import { describe, expect, test } from 'vitest';
import { Grants } from '../../../src/preflight/grants.js';

describe('what SHOW GRANTS says', () => {
  const grants = new Grants([
    'GRANT `ops` TO `td`@`%`',
    "GRANT RELOAD, BINLOG MONITOR ON *.* TO `td`@`%` IDENTIFIED BY PASSWORD '*XX'",
    'GRANT ALL PRIVILEGES ON `my\\_shop\\_\\_%`.* TO `td`@`%`',
    'GRANT SELECT, LOCK TABLES ON `my_shop`.* TO `td`@`%` WITH GRANT OPTION',
    'GRANT INSERT, UPDATE (`a`, `b`) ON `o_o`.`t` TO `td`@`%`',
    'GRANT EXECUTE ON PROCEDURE `s`.`p` TO `td`@`%`',
  ]);

  test('globally', () => {
    expect(grants.global('RELOAD')).toBe(true);
    expect(grants.global('BINLOG MONITOR')).toBe(true);
    expect(grants.global('SELECT')).toBe(false);
    expect(new Grants(['GRANT ALL PRIVILEGES ON *.* TO `root`@`%`']).global('PROCESS')).toBe(true);
  });

  test('on schemas, with patterns', () => {
    expect(grants.onSchema('DROP', 'my_shop__shadow')).toBe(true);
    expect(grants.onSchema('DROP', 'myXshop__shadow')).toBe(false);
    expect(grants.onSchema('DROP', 'my_shop')).toBe(false);
    expect(grants.onSchema('LOCK TABLES', 'my_shop')).toBe(true);
    expect(grants.onSchema('LOCK TABLES', 'myXshop')).toBe(true);
    expect(grants.onSchema('RELOAD', 'anything')).toBe(true);
    expect(grants.onSchema('INSERT', 'o_o')).toBe(false);
  });

  test('on tables, without patterns', () => {
    expect(grants.onTable('INSERT', { schema: 'o_o', table: 't' })).toBe(true);
    expect(grants.onTable('INSERT', { schema: 'oXo', table: 't' })).toBe(false);
    expect(grants.onTable('UPDATE', { schema: 'o_o', table: 't' })).toBe(false);
    expect(grants.onTable('SELECT', { schema: 'my_shop', table: 'any' })).toBe(true);
  });
});
