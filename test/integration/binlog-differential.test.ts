import { expect, it } from 'vitest';
import type { BinlogPosition } from '../../src/binlog/source.js';
import { currentPosition } from '../../src/binlog/tail.js';
import { joinKeyLiteral } from '../../src/schema/key-literal.js';
import { record, watch } from '../support/binlog-recorder.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { Random, seedFromEnvironment } from '../support/ledger/random.js';
import { RandomTable } from '../support/random-rows.js';
import { decodedByZongji } from '../support/zongji-oracle.js';

// zongji's own decoding is the independent oracle: random transactions over random tables must be told alike, in the same order.

/** Row changes to compare; `npm run test:differential` takes a million. */
const wanted = Number(process.env['DIFFERENTIAL_CHANGES'] ?? 4_000);
/** A round has its own tables. */
const transactionsPerRound = 300;
const tablesPerRound = 4;

interface Round {
  /** What both tell. */
  readonly changes: number;
  /** Statements that the server refused. */
  readonly refused: number;
}

async function playRound(random: Random): Promise<Round> {
  const db = await testDatabase();
  const session = await db.connect();
  try {
    await session.execute('SET SESSION sql_mode = DEFAULT, SESSION time_zone = "+00:00"');
    const rowsPerStatement = random.pick([4, 40]);
    const tables = Array.from({ length: tablesPerRound }, (_, i) => new RandomTable(`t${i}`, random, rowsPerStatement));
    for (const table of tables) await session.execute(table.createSql);
    await session.execute('CREATE TABLE marker (id INT PRIMARY KEY)');
    const watched = await Promise.all(tables.map((table) => watch(session, db.name, table.name)));
    const from = await currentPosition(session);
    await using recording = await record(db.server, session, watched, { from });
    let refused = 0;
    for (let i = 0; i < transactionsPerRound; i++) {
      for (const sql of transaction(random, tables)) await session.execute(sql).catch(() => refused++);
    }
    await session.execute('INSERT INTO marker VALUES (1)');
    const said = await recording.settle();
    const expected = await expectedLines(db, from, tables);
    expectSame(said, expected);
    const { commits, toldBefore } = recording.recorder;
    // A tail that begins in the middle tells exactly the rest.
    const middle = random.below(commits.length);
    await using rest = await record(db.server, session, watched, { from: commits[middle]! });
    expectSame(await rest.settle(), expected.slice(toldBefore[middle]));
    return { changes: said.length, refused };
  } finally {
    await session.close();
    await db.drop();
  }
}

function transaction(random: Random, tables: readonly RandomTable[]): string[] {
  const body = Array.from({ length: 1 + random.below(5) }, () =>
    random.chance(0.12) ? random.pick(['SAVEPOINT s', 'ROLLBACK TO s']) : random.pick(tables).statement(random),
  );
  return ['BEGIN', ...body, random.chance(0.15) ? 'ROLLBACK' : 'COMMIT'];
}

function expectedLines(db: TestDatabase, from: BinlogPosition, tables: readonly RandomTable[]): Promise<string[]> {
  return decodedByZongji(db, from, (name, row) => joinKeyLiteral(tables[Number(name.slice(1))]!.literals(row)));
}

/** The first difference says more than the difference of long lists. */
function expectSame(said: readonly string[], expected: readonly string[]): void {
  const at = said.findIndex((line, i) => line !== expected[i]);
  if (at >= 0) expect(said.slice(at, at + 5)).toEqual(expected.slice(at, at + 5));
  expect(said.length).toBe(expected.length);
}

const seed = seedFromEnvironment();

it(
  `tells the same keys in the same order as zongji (LEDGER_SEED=${seed} DIFFERENTIAL_CHANGES=${wanted})`,
  async () => {
    const random = new Random(seed);
    let [changes, refused, rounds] = [0, 0, 0];
    while (changes < wanted) {
      const round = await playRound(random.fork(rounds));
      rounds++;
      changes += round.changes;
      refused += round.refused;
    }
    console.log(`seed ${seed}: ${changes} row changes compared in ${rounds} rounds, ${refused} statements refused`);
    expect(refused).toBeGreaterThan(0);
  },
  120_000 + wanted * 2,
);
