import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quoteId } from '../../src/db/quote.js';
import { Server } from '../../src/db/server.js';
import type { Session } from '../../src/db/session.js';
import { runLockName } from '../../src/journal/run-lock.js';
import { contentDifferences, readContent } from '../support/cases/content.js';
import { moments, type Case } from '../support/cases/corpus.js';
import { leftoversOf } from '../support/cases/leftovers.js';
import { runCase } from '../support/cases/run-case.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

/** The corpus's own eyes: a difference that they do not see would be in no case. */
let one: TestDatabase;
let other: TestDatabase;
let reader: Session;

beforeAll(async () => {
  [one, other] = [await testDatabase(), await testDatabase()];
  reader = await one.connect();
});
afterAll(async () => {
  await reader.close();
  await one.drop();
  await other.drop();
});

async function differences(statement: string): Promise<string[]> {
  for (const database of [one, other]) {
    await database.query(`CREATE OR REPLACE TABLE t (
      id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, f FLOAT, d DOUBLE, e ENUM('a',''), b BINARY(3), c VARCHAR(9), l LONGTEXT, m DECIMAL(30,10), s TIMESTAMP(6) NULL, x BIT(64))`);
    await database.query("SET sql_mode = ''");
    await database.query(
      "INSERT INTO t VALUES (1, 0.1, 0.1, '', x'61', 'a', REPEAT('x', 5000), 1, '2024-01-01', b'1'), (2, 0, 0, 'a', '', '', '', 0, NULL, 0)",
    );
  }
  await other.query(statement);
  return contentDifferences(await readContent(reader, one.name), await readContent(reader, other.name));
}

test('equal tables have no difference', async () => {
  expect(await differences('DO 1')).toEqual([]);
});

test.each([
  'UPDATE t SET f = 0.10000001 WHERE id = 1',
  'UPDATE t SET d = 0.10000000000000002 WHERE id = 1',
  "UPDATE t SET e = 'invalid' WHERE id = 1",
  "UPDATE t SET b = x'6120' WHERE id = 1",
  "UPDATE t SET c = 'a ' WHERE id = 1",
  "UPDATE t SET c = 'A' WHERE id = 1",
  'UPDATE t SET c = NULL WHERE id = 2',
  "UPDATE t SET l = CONCAT(LEFT(l, 4999), 'y') WHERE id = 1",
  'UPDATE t SET m = 1.0000000001 WHERE id = 1',
  "UPDATE t SET s = '2024-01-01 00:00:00.000001' WHERE id = 1",
  "UPDATE t SET x = b'11' WHERE id = 1",
  'DELETE FROM t WHERE id = 2',
  'INSERT INTO t (id) VALUES (3)',
  'ALTER TABLE t AUTO_INCREMENT = 9',
  "ALTER TABLE t COMMENT 'other'",
  'ALTER TABLE t MODIFY c VARCHAR(10)',
  'ALTER TABLE t MODIFY c VARCHAR(9) FIRST',
  'CREATE TABLE u (id INT PRIMARY KEY)',
])('%s is seen', async (statement) => {
  const found = await differences(statement);
  await other.query('DROP TABLE IF EXISTS u');
  expect(found.length).toBeGreaterThan(0);
});

test('what an engine leaves behind is seen', async () => {
  const user = `${one.name}_engine`;
  await one.query(`CREATE USER ${quoteId(user)}@'%'`);
  const look = () => leftoversOf(reader, one.name, user, { patienceMs: 0 });
  expect(await look()).toEqual([]);
  const session = await new Server({ ...one.settings, user, database: '' }).connectPlain('a test');
  await one.query(`DO GET_LOCK('${runLockName(one.name)}', 0)`);
  await one.query(`CREATE DATABASE ${quoteId(`${one.name}__shadow`)}`);
  await one.query('CREATE TABLE `$retired$t` (id INT)');
  expect((await look()).map((text) => text.split(' ').slice(0, 2).join(' ')).sort()).toEqual([
    'a session',
    'the run',
    'the schema',
    'the table',
  ]);
  await session.close();
  await one.query(`DROP USER ${quoteId(user)}@'%'`);
});

describe('a section of the traffic', () => {
  const one: Case = {
    name: 'a case',
    before: ['CREATE TABLE t (id INT PRIMARY KEY)', 'INSERT INTO t VALUES (0)'],
    migration: 'ALTER TABLE t ADD COLUMN n INT NOT NULL DEFAULT 1',
    traffic: new Map(moments.map((moment, id) => [moment, [`INSERT INTO t (id) VALUES (${id + 1})`]])),
    oracle: ['ALTER TABLE t ADD COLUMN n INT NOT NULL DEFAULT 1'],
    expected: { outcome: 'migrated', about: '', topic: '' },
  };

  test('is sent', async () => {
    expect(await runCase(one)).toMatchObject({ outcome: 'migrated' });
  });

  test('whose moment does not come is missed', async () => {
    // Of a table that is new, nothing is copied.
    const created = 'CREATE TABLE u (id INT PRIMARY KEY)';
    const traffic = new Map([['copying', one.traffic.get('copying')!] as const]);
    await expect(runCase({ ...one, migration: created, oracle: [created], traffic })).rejects.toThrow(
      'a case: the service was not heard at copying',
    );
  });
});
