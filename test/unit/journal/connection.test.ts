import knex from 'knex';
import { expect, test } from 'vitest';
import { journalErrorOf } from '../../../src/journal/connection.js';

const statement = 'update `tideover`.`runs` set `progress` = \'{"phase":"copying - fast"}\' where `id` = 7';

test.each<[string, Error, string]>([
  [
    'a connection that broke',
    Object.assign(new Error(`${statement} - read ECONNRESET`), { code: 'ECONNRESET', errno: -104 }),
    'read ECONNRESET',
  ],
  ['a pool that gave none', new knex.KnexTimeoutError('Knex: Timeout acquiring a connection.'), 'no connection for'],
])('%s is a lost connection, told without the statement and its values', (_, error, words) => {
  const told = journalErrorOf(error, 'heartbeat');
  expect(told).toMatchObject({ connectionLost: true, errno: 0, sql: 'journal: heartbeat' });
  expect(told.message).toMatch(new RegExp(`^${words}`));
});

test("the server's own words are kept whole", () => {
  const refused = Object.assign(new Error(`${statement} - Table 'a - b' is full`), {
    errno: 1114,
    sqlMessage: "Table 'a - b' is full",
  });
  expect(journalErrorOf(refused, 'heartbeat')).toMatchObject({ message: "Table 'a - b' is full", errno: 1114 });
});
