import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '../../src/db/session.js';
import { readTable } from '../../src/schema/introspect.js';
import type { TableMapping } from '../../src/schema/table.js';
import { rowHashSql } from '../../src/verify/row-hash.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { startServer, type TestServer } from '../support/server.js';

// A small max_allowed_packet, which only a server of its own can have.
let server: TestServer;
let database: TestDatabase;
let session: Session;

beforeAll(async () => {
  server = await startServer({ args: ['--max-allowed-packet=1M'] });
  database = await testDatabase(server);
  session = await database.connect();
});
afterAll(async () => {
  await session.close();
  await server.stop();
});

test('rows that are larger than max_allowed_packet have a hash, and different ones have different hashes (I9)', async () => {
  await session.execute('CREATE TABLE t (id INT PRIMARY KEY, a LONGTEXT, b LONGBLOB)');
  await session.execute(
    "INSERT INTO t SELECT seq, REPEAT('a', 700000), CONCAT(REPEAT('b', 700000), seq) FROM seq_1_to_3",
  );
  await session.execute('INSERT INTO t SELECT 4, a, b FROM t WHERE id = 3');
  const source = (await readTable(session, { schema: database.name, table: 't' }))!;
  const [, ...columns] = source.columns.map((column) => ({ source: column, shadow: column, expression: null }));
  const mapping = { table: 't', source, shadow: source, columns } as unknown as TableMapping;
  const rows = await session.query(`SELECT ${rowHashSql(mapping, 'source', 't')} AS h FROM t ORDER BY id`);
  const hashes = rows.map((row) => row['h']);
  expect(hashes).not.toContain(null);
  expect(new Set(hashes.slice(0, 3)).size).toBe(3);
  expect(hashes[3]).toBe(hashes[2]);
});
