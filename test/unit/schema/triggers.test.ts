import { expect, test } from 'vitest';
import { canBeMadeAgain, createTriggerSql, type Trigger } from '../../../src/schema/triggers.js';

const trigger: Trigger = {
  name: 'a`b',
  table: { schema: 'app', table: 't' },
  timing: 'BEFORE',
  event: 'UPDATE',
  body: "SET NEW.v = 'x'",
  definer: '`root`@`%`',
  sqlMode: 'ANSI_QUOTES',
  charset: 'latin1',
  collation: 'latin1_german1_ci',
};

test('a trigger is made again on another table, with all that it depends on', () => {
  expect(createTriggerSql(trigger, { schema: 'new', table: 'u' })).toEqual([
    "SET SESSION sql_mode = 'ANSI_QUOTES', character_set_client = latin1, collation_connection = latin1_german1_ci",
    "CREATE DEFINER = `root`@`%` TRIGGER `new`.`a``b` BEFORE UPDATE ON `new`.`u` FOR EACH ROW SET NEW.v = 'x'",
  ]);
});

test.each([
  ['ASCII, whatever the character set', trigger, true],
  ['a text that is the same in utf8mb4', { ...trigger, body: "SET @x = 'ß'", charset: 'utf8mb3' }, true],
  ['a text of another character set', { ...trigger, body: "SET @x = 'ß'" }, false],
])('%s', (_what, given, expected) => {
  expect(canBeMadeAgain(given)).toBe(expected);
});
