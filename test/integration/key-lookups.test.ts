import { afterEach, beforeEach, expect, test } from 'vitest';
import { applySqlOf } from '../../src/apply/apply-sql.js';
import { Server } from '../../src/db/server.js';
import { makePlan } from '../../src/plan/make-plan.js';
import { createShadow } from '../../src/plan/shadow.js';
import { changeOfRecord } from '../../src/plan/source.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.drop());

test.each([true, false])('only the index of the key is weighed, replacing %s', async (replaces) => {
  await database.query('CREATE TABLE t (a INT, b INT, v INT, PRIMARY KEY (a, b), KEY (b), KEY (b, a), KEY (a))');
  await database.query('INSERT INTO t SELECT seq, seq % 20, 0 FROM mysql.seq_1_to_20000');
  const server = new Server(database.settings);
  const change = changeOfRecord(['ALTER TABLE t ADD w INT']);
  const { plan } = await makePlan(server, { database: database.name, change });
  await createShadow(server, plan);
  await database.query(`INSERT INTO ${database.name}__shadow.t SELECT *, 0 FROM t`);
  await database.query(`ANALYZE TABLE t, ${database.name}__shadow.t`);

  const sql = applySqlOf(plan.tables[0]!, { replaces });
  const keys = Array.from({ length: 200 }, (_, index) => `(${index + 1},${(index + 1) % 20})`);
  for (const statement of [sql.write(keys, 'skip-locked'), sql.selectPresent(keys, 'nowait')]) {
    const plans = await database.query(`EXPLAIN ${statement}`);
    const read = plans.filter(({ type }) => type !== null && type !== 'ALL');
    expect(
      read.map(({ possible_keys, key, rows }) => ({ possible_keys, key, rows })),
      statement.slice(0, 60),
    ).toEqual([{ possible_keys: 'PRIMARY', key: 'PRIMARY', rows: '200' }]);
  }
});
