import { randomInt } from 'node:crypto';
import ZongJi from '@vlasky/zongji';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BinlogPosition, WatchedTable } from '../../src/binlog/source.js';
import { currentPosition } from '../../src/binlog/tail.js';
import { quoteString } from '../../src/db/quote.js';
import { Server } from '../../src/db/server.js';
import type { Session } from '../../src/db/session.js';
import { joinKeyLiteral } from '../../src/schema/key-literal.js';
import { record, watch } from '../support/binlog-recorder.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { Random, seedFromEnvironment } from '../support/ledger/random.js';

// zongji's own decoding is the independent oracle. Only types that it is known to decode rightly are keys here (mariadb-facts.md).

const random = new Random(seedFromEnvironment());
const transactions = 300;

interface KeyType {
  readonly sql: string;
  /** One of few values, as SQL, so that keys meet. */
  value(): string;
  /** zongji's value as a literal. */
  literal(value: unknown): string;
}

const few = 12;
const keyTypes: readonly KeyType[] = [
  { sql: 'INT', value: () => `${random.below(few) - 6}`, literal: String },
  { sql: 'BIGINT UNSIGNED', value: () => `${9007199254740980n + BigInt(random.below(few)) * 3n}`, literal: String },
  { sql: 'MEDIUMINT', value: () => `${(random.below(few) - 6) * 1000000}`, literal: String },
  {
    sql: 'VARCHAR(40) COLLATE utf8mb4_general_ci',
    value: () =>
      quoteString(random.pick(['a', 'A', 'b ', 'é', 'É', '😀', '', 'x'.repeat(40)]) + random.pick(['', 'z'])),
    literal: (value) =>
      `_utf8mb4 x'${Buffer.from(value as string)
        .toString('hex')
        .toUpperCase()}'`,
  },
  {
    sql: 'DATETIME(3)',
    value: () => `'2024-02-29 23:59:5${random.below(10)}.${random.pick(['001', '990'])}'`,
    literal: (value) => `'${value as string}'`,
  },
  { sql: 'DECIMAL(12,3)', value: () => `${random.below(few) - 6}.${random.pick(['5', '125'])}`, literal: String },
];

interface RandomTable {
  readonly name: string;
  readonly types: readonly KeyType[];
}

function randomTable(index: number): RandomTable {
  return { name: `t${index}`, types: Array.from({ length: 1 + random.below(3) }, () => random.pick(keyTypes)) };
}

function createSql(table: RandomTable): string {
  const keys = table.types.map((type, i) => `k${i} ${type.sql} NOT NULL`);
  const order = table.types.map((_, i) => `k${i}`);
  const columns = ['a TEXT', ...keys, 'v INT', 'w VARCHAR(200)'];
  return `CREATE TABLE ${table.name} (${columns.join(', ')}, PRIMARY KEY (${order.join(', ')}), UNIQUE (v))`;
}

function row(table: RandomTable): string {
  const value = random.pick(['NULL', `${random.below(40)}`]);
  return `(${[random.pick(['NULL', "'text'"]), ...table.types.map((type) => type.value()), value, `REPEAT('w', ${random.below(200)})`].join(', ')})`;
}

function statement(table: RandomTable): string {
  const rows = Array.from({ length: 1 + random.below(4) }, () => row(table)).join(', ');
  const key = `k${random.below(table.types.length)}`;
  const type = table.types[Number(key.slice(1))]!;
  switch (random.below(7)) {
    case 0:
      return `INSERT INTO ${table.name} VALUES ${rows}`;
    case 1:
      return `INSERT IGNORE INTO ${table.name} VALUES ${rows}`;
    case 2:
      return `REPLACE INTO ${table.name} VALUES ${rows}`;
    case 3:
      return `INSERT INTO ${table.name} VALUES ${rows} ON DUPLICATE KEY UPDATE w = CONCAT(LEFT(VALUES(w), 50), ${random.below(99)})`;
    case 4:
      return `UPDATE ${table.name} SET w = REPEAT('u', ${random.below(200)}) WHERE ${key} <= ${type.value()}`;
    case 5:
      return `UPDATE IGNORE ${table.name} SET ${key} = ${type.value()} WHERE ${key} >= ${type.value()} LIMIT 3`;
    default:
      return `DELETE FROM ${table.name} WHERE ${key} > ${type.value()} LIMIT 4`;
  }
}

function randomTransaction(tables: readonly RandomTable[]): string[] {
  const body = Array.from({ length: 1 + random.below(5) }, () => {
    if (random.below(8) === 0) return random.pick(['SAVEPOINT s', 'ROLLBACK TO s']);
    return statement(random.pick(tables));
  });
  return ['BEGIN', ...body, random.below(6) === 0 ? 'ROLLBACK' : 'COMMIT'];
}

/** What zongji decodes from `from` on until the first row of table `marker`. */
function decodedByZongji(
  db: TestDatabase,
  from: BinlogPosition,
  watched: readonly WatchedTable[],
  tables: readonly RandomTable[],
): Promise<string[]> {
  const { connectionOptions } = new Server(db.settings);
  const zongji = new ZongJi({ ...connectionOptions, dateStrings: true, timezone: 'Z', supportBigNumbers: true });
  const lines: string[] = [];
  const finished = new Promise<void>((resolve, reject) => {
    zongji.on('error', reject);
    zongji.on('binlog', (emitted) => {
      const event = emitted as unknown as ZongjiEvent;
      const name = event.tableMap?.[event.tableId!]?.tableName;
      if (name === undefined || event.rows === undefined) return;
      if (name === 'marker') {
        resolve();
        return;
      }
      const types = tables[watched.findIndex((table) => table.table === name)]!.types;
      const key = (values: Record<string, unknown>): string =>
        joinKeyLiteral(types.map((type, i) => type.literal(values[`k${i}`])));
      const kind = event.getEventName();
      for (const changed of event.rows) {
        if (kind === 'updaterows') {
          const [before, after] = [key(changed['before'] as ZongjiRow), key(changed['after'] as ZongjiRow)];
          if (before !== after) lines.push(`${name} deleted ${before}`);
          lines.push(`${name} written ${after}`);
        } else lines.push(`${name} ${kind === 'writerows' ? 'written' : 'deleted'} ${key(changed)}`);
      }
    });
  });
  zongji.start({
    serverId: randomInt(1, 2 ** 32 - 1),
    filename: from.file,
    position: from.offset,
    includeEvents: ['tablemap', 'writerows', 'updaterows', 'deleterows', 'rotate'],
    includeSchema: { [db.name]: true },
  });
  return finished.then(
    () =>
      new Promise((resolve) => {
        zongji.once('stopped', () => resolve(lines));
        zongji.stop();
      }),
  );
}

type ZongjiRow = Record<string, unknown>;
interface ZongjiEvent {
  readonly tableMap?: Record<number, { readonly tableName: string } | undefined>;
  readonly tableId?: number;
  readonly rows?: readonly ZongjiRow[];
  getEventName(): string;
}

let db: TestDatabase;
let session: Session;

beforeAll(async () => {
  db = await testDatabase();
  session = await db.connect();
});
afterAll(async () => {
  await session.close();
  await db.drop();
});

it(`tells the same keys in the same order as zongji (LEDGER_SEED=${random.seed})`, async () => {
  const tables = [0, 1, 2, 3].map(randomTable);
  for (const table of tables) await session.execute(createSql(table));
  await session.execute('CREATE TABLE marker (id INT PRIMARY KEY)');
  const watched = await Promise.all(tables.map((table) => watch(session, db.name, table.name)));
  const from = await currentPosition(session);
  await using recording = await record(db.server, session, watched, { from });

  let refused = 0;
  for (let i = 0; i < transactions; i++) {
    for (const sql of randomTransaction(tables)) {
      // Duplicates, and savepoints that are not there, are part of the game.
      await session.execute(sql).catch(() => refused++);
    }
  }
  await session.execute('INSERT INTO marker VALUES (1)');
  const said = await recording.settle();
  const expected = await decodedByZongji(db, from, watched, tables);
  expect(said).toEqual(expected);
  expect(said.length).toBeGreaterThan(transactions);
  expect(refused).toBeGreaterThan(0);

  // A resumed tail tells exactly the rest.
  const { commits } = recording.recorder;
  const middle = commits[random.below(commits.length)]!;
  await using rest = await record(db.server, session, watched, { from: middle });
  const tailEnd = await rest.settle();
  expect(tailEnd).toEqual(expected.slice(expected.length - tailEnd.length));
});
