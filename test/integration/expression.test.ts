import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveExpressions } from '../../src/plan/expressions.js';
import { comparableValueSql } from '../../src/schema/comparable.js';
import { valueSql } from '../../src/schema/expression.js';
import { readTable } from '../../src/schema/introspect.js';
import { Server } from '../../src/db/server.js';
import type { Session } from '../../src/db/session.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

/** What an expression gives is compared as what the column stores of it. */

let database: TestDatabase;
let session: Session;

beforeAll(async () => {
  database = await testDatabase();
  session = await new Server(database.settings).connect('a test');
  await session.execute(`USE ${database.name}`);
});
afterAll(async () => {
  await session.close();
  await database.drop();
});

test.each([
  ['TINYINT', 'n', '5, -7, NULL'],
  ['BIGINT UNSIGNED', 'n * 9000000000', '5, 7, NULL'],
  ['INT', 'n / 2', '1, 2, 3, 5, -3'],
  ['DECIMAL(12,3)', 'n / 7', '1, 2, 3, -9'],
  ['FLOAT', 'n / 3', '1, 2, 1000003'],
  ['DOUBLE', 'SQRT(n)', '2, 3, 5'],
  ['BIT(9)', 'n & 255', '1, 65, 255, 256'],
  ['YEAR', '2000 + n', '1, 24'],
  ['VARCHAR(20)', 'CONCAT(s, n)', '1, 2'],
  ['VARCHAR(20) CHARACTER SET latin1', 'CONCAT(s, n)', '1, 2'],
  ['VARCHAR(20) CHARACTER SET utf16', 'CONCAT(s, n)', '1, 2'],
  ['CHAR(12)', "CONCAT(s, n, '  ')", '1, 2'],
  ['MEDIUMTEXT', 'REPEAT(s, n)', '1, 200'],
  ["ENUM('odd','even')", "IF(n % 2, 'odd', 'even')", '1, 2, NULL'],
  ["SET('a','b','c')", "IF(n % 2, 'a,c', '')", '1, 2'],
  ['VARBINARY(30)', 'UNHEX(MD5(n))', '1, 2'],
  ['BINARY(6)', 'LEFT(s, n)', '1, 2'],
  ['BLOB', 's', '1, 2'],
  ['DATE', "DATE('2024-01-31') + INTERVAL n DAY", '1, 29'],
  ['DATETIME(3)', 'CAST(MAKEDATE(2024, n) AS DATETIME(3))', '1, 29'],
  ['TIME(2)', 'SEC_TO_TIME(n)', '1, 4000, -50'],
])('%s = %s', async (type, expression, values) => {
  await session.execute(
    'CREATE OR REPLACE TABLE source (id INT PRIMARY KEY AUTO_INCREMENT, n INT, s VARCHAR(20) CHARACTER SET utf8mb3)',
  );
  await session.execute(`CREATE OR REPLACE TABLE shadow (id INT PRIMARY KEY, v ${type})`);
  for (const n of values.split(', ')) await session.execute(`INSERT INTO source (n, s) VALUES (${n}, 'sé x')`);
  const [source, shadow] = await Promise.all(
    ['source', 'shadow'].map((table) => readTable(session, { schema: database.name, table })),
  );
  const maps = [{ table: 'source', column: 'v', expression }];
  const [mapping] = await resolveExpressions(session, database.name, { source: source!, shadow: shadow! }, maps);
  await session.execute(`INSERT INTO shadow SELECT t.id, ${valueSql(mapping!, 't')} FROM source t`);
  const sides = [comparableValueSql(mapping!, 'source', 's'), comparableValueSql(mapping!, 'shadow', 'd')];
  const rows = await session.query(
    `SELECT HEX(CONCAT('', ${sides[0]!})) AS source, HEX(CONCAT('', ${sides[1]!})) AS shadow FROM source s JOIN shadow d USING (id)`,
  );
  expect(rows.map((row) => row['source'])).toEqual(rows.map((row) => row['shadow']));
  expect(rows).toHaveLength(values.split(', ').length);
});
