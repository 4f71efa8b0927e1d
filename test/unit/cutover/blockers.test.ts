import { describe, expect, test } from 'vitest';
import { describeBlocker, waitingDdl } from '../../../src/cutover/blockers.js';

const tables = [{ schema: 'app', table: 'Orders' }];
const waiting = (id: number, statement: string) => ({
  Id: String(id),
  State: 'Waiting for table metadata lock',
  Info: statement,
});

describe('a DDL that waits for a source', () => {
  test.each([
    'ALTER TABLE orders ADD c INT',
    '/* by hand */ truncate table `app`.`Orders`',
    '/*!50000 DROP */ TABLE Orders',
    'RENAME TABLE app.x TO app.y, app.Orders TO app.z',
    'lock tables Orders write',
  ])('%s', (statement) => {
    expect(waitingDdl([waiting(7, statement)], tables, new Set())).toBe(statement);
  });

  test.each([
    ["a writer's statement", waiting(7, 'UPDATE Orders SET alter_table = 1')],
    ['one of ours', waiting(1, 'FLUSH TABLES Orders WITH READ LOCK')],
    ['a DDL of ours', waiting(1, 'RENAME TABLE Orders TO x')],
    ["another table's", waiting(7, 'ALTER TABLE customers ADD c INT')],
    ['one that works already', { Id: '7', State: 'copy to tmp table', Info: 'ALTER TABLE Orders ADD c INT' }],
    ['a session without a statement', { Id: '7', State: 'Waiting for table metadata lock', Info: null }],
  ])('is not %s', (_what, row) => {
    expect(waitingDdl([row], tables, new Set([1]))).toBeUndefined();
  });
});

test('a blocker in one line', () => {
  const blocker = {
    id: 9,
    user: 'app',
    host: '10.0.0.1:4711',
    command: 'Sleep',
    seconds: 25,
    state: '',
    statement: '',
  };
  expect(describeBlocker(blocker)).toBe('session 9 (app@10.0.0.1:4711, 25 s): idle in a transaction');
  expect(describeBlocker({ ...blocker, statement: 'SELECT 1' })).toBe('session 9 (app@10.0.0.1:4711, 25 s): SELECT 1');
});
