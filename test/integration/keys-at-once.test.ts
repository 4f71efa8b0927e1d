import { afterEach, beforeEach, expect, test } from 'vitest';
import { Server } from '../../src/db/server.js';
import { makePlan } from '../../src/plan/make-plan.js';
import { changeOfRecord } from '../../src/plan/source.js';
import { keysAtOnce } from '../../src/schema/keys-at-once.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.drop());

test.each([
  ['a key of one column', 'a INT PRIMARY KEY, b INT, KEY (a, b)', 'ADD w INT', 500],
  ['a composite key', 'a INT, b INT, c INT, PRIMARY KEY (a, b), KEY (c, b)', 'ADD w INT', 500],
  ['beside an index that begins with a column of it', 'a INT, b INT, PRIMARY KEY (a, b), KEY (b)', 'ADD w INT', 50],
  ['which the change adds', 'a INT, b INT, PRIMARY KEY (a, b)', 'ADD KEY (b)', 50],
  ['which the change drops', 'a INT, b INT, PRIMARY KEY (a, b), KEY k (b)', 'DROP KEY k', 50],
])('%s: few keys at once where the optimizer weighs each with each', async (_, columns, alter, expected) => {
  await database.query(`CREATE TABLE t (${columns})`);
  const change = changeOfRecord([`ALTER TABLE t ${alter}`]);
  const { plan } = await makePlan(new Server(database.settings), { database: database.name, change });
  expect(keysAtOnce(plan.tables[0]!)).toBe(expected);
});
