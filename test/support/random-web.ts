import { setTimeout as delay } from 'node:timers/promises';
import { ServerError } from '../../src/db/server-error.js';
import type { Session } from '../../src/db/session.js';
import type { TestDatabase } from './database.js';
import type { Random } from './ledger/random.js';

/** A web of tables that are connected by foreign keys at random, cycles and self-references included. */
export interface RandomWeb {
  readonly tables: readonly WebTable[];
  readonly create: readonly string[];
}

interface WebTable {
  readonly name: string;
  /** The first foreign key's column is part of the primary key. */
  readonly nested: boolean;
  /** A unique key over a column of a foreign key. */
  readonly crowded: boolean;
  readonly keys: readonly WebKey[];
}

interface WebKey {
  readonly column: 'f1' | 'f2';
  readonly parent: string;
  readonly parentColumn: 'id' | 'u';
  readonly actions: string;
}

/** Few values, so that they come again. */
const values = 60;

export function randomWeb(random: Random): RandomWeb {
  const names = Array.from({ length: random.between(3, 5) }, (_, index) => `t${index}`);
  const tables = names.map((name, index) => {
    const nested = index > 0 && random.chance(0.3);
    return { name, nested, crowded: random.chance(0.3), keys: randomKeys(random, names, index, nested) };
  });
  const create = tables.map(({ name, nested, crowded }) => {
    const key = nested ? 'PRIMARY KEY (f1, id)' : 'PRIMARY KEY (id)';
    const crowd = crowded ? ', UNIQUE KEY crowd (f2, v)' : '';
    const own = nested ? 'NOT NULL' : 'NULL';
    return `CREATE TABLE ${name} (id INT NOT NULL, u INT NULL, f1 INT ${own}, f2 INT NULL, v INT NOT NULL, ${key}, UNIQUE KEY (u), KEY (id), KEY (f1), KEY (f2)${crowd})`;
  });
  const constraints = tables.flatMap(({ name, keys }) =>
    keys.map(
      ({ column, parent, parentColumn, actions }) =>
        `ALTER TABLE ${name} ADD CONSTRAINT ${name}_${column} FOREIGN KEY (${column}) REFERENCES ${parent} (${parentColumn}) ${actions}`,
    ),
  );
  return { tables, create: [...create, ...constraints] };
}

function randomKeys(random: Random, names: readonly string[], index: number, nested: boolean): WebKey[] {
  return (['f1', 'f2'] as const).flatMap((column) => {
    const inKey = nested && column === 'f1';
    if (!inKey && random.chance(0.2)) return [];
    const actions = inKey
      ? ['CASCADE', 'CASCADE', 'RESTRICT']
      : ['CASCADE', 'CASCADE', 'CASCADE', 'SET NULL', 'RESTRICT'];
    return [
      {
        column,
        // What is nested hangs on a table before it, or it could never be filled.
        parent: names[random.below(inKey ? index : names.length)]!,
        parentColumn: inKey || random.chance(0.5) ? 'id' : 'u',
        actions: `ON DELETE ${random.pick(actions)} ON UPDATE ${random.pick(actions)}`,
      },
    ];
  });
}

/** Errors that a random statement is bound to meet; 152 is InnoDB's own for cascades deeper than 15, which a circle of keys can make. */
const expected = new Set([152, 1062, 1048, 1205, 1213, 1451, 1452, 1761, 1364, 1020, 1296]);

/** Writes at random until `stop`, in transactions that stay open for a moment and are sometimes rolled back. `ended` is told of each. */
export async function writeRandomly(
  database: TestDatabase,
  web: RandomWeb,
  random: Random,
  stop: AbortSignal,
  ended: () => void,
): Promise<void> {
  const session = await database.connect();
  await session.execute('SET SESSION innodb_lock_wait_timeout = 1');
  while (!stop.aborted) {
    try {
      await session.execute('START TRANSACTION');
      for (let count = random.between(1, 4); count > 0; count -= 1) {
        await randomStatement(session, web, random);
        if (random.chance(0.2)) await delay(random.below(15));
      }
      await session.execute(random.chance(0.1) ? 'ROLLBACK' : 'COMMIT');
    } catch (error) {
      if (!(error instanceof ServerError) || !expected.has(error.errno)) throw error;
      await session.execute(random.chance(0.5) ? 'COMMIT' : 'ROLLBACK');
    }
    ended();
  }
  await session.close();
}

/** Fills the tables; what is refused is left out. */
export async function fillRandomly(database: TestDatabase, web: RandomWeb, random: Random): Promise<void> {
  const session = await database.connect();
  for (let row = 0; row < 400; row += 1) {
    await insert(session, random.pick(web.tables), random).catch((error: unknown) => {
      if (!(error instanceof ServerError) || !expected.has(error.errno)) throw error;
    });
  }
  await session.close();
}

async function randomStatement(session: Session, web: RandomWeb, random: Random): Promise<void> {
  const table = random.pick(web.tables);
  const { name } = table;
  const value = (): number => random.between(1, values);
  const column = random.pick(['id', 'u', 'f1', 'f2'] as const);
  const kind = random.below(20);
  if (kind < 10) return insert(session, table, random);
  if (kind < 12) await session.execute(`DELETE FROM ${name} WHERE ${column} = ${value()} LIMIT 1`);
  else if (kind < 17) {
    const set = random.pick(['id', 'u', 'f1', 'f2'] as const);
    const to = await fitting(session, table, set, random);
    await session.execute(`UPDATE ${name} SET ${set} = ${to} WHERE ${column} = ${value()} LIMIT 1`);
  } else await session.execute(`UPDATE ${name} SET v = v + 1 WHERE ${column} = ${value()}`);
}

async function insert(session: Session, table: WebTable, random: Random): Promise<void> {
  const row = [];
  for (const column of ['id', 'u', 'f1', 'f2'] as const) row.push(await fitting(session, table, column, random));
  const verb = random.pick(['INSERT INTO', 'INSERT INTO', 'REPLACE INTO']);
  const more =
    verb === 'INSERT INTO' && random.chance(0.3) ? ' ON DUPLICATE KEY UPDATE u = VALUES(u), f2 = VALUES(f2)' : '';
  await session.execute(
    `${verb} ${table.name} (id, u, f1, f2, v) VALUES (${row.join(', ')}, ${random.below(20)})${more}`,
  );
}

/** A value for the column: mostly one that its parent has. */
async function fitting(
  session: Session,
  { keys, nested }: WebTable,
  column: 'id' | 'u' | 'f1' | 'f2',
  random: Random,
): Promise<string> {
  const value = random.between(1, values);
  const key = keys.find((candidate) => candidate.column === column);
  const optional = column !== 'id' && !(nested && column === 'f1');
  if (optional && random.chance(0.15)) return 'NULL';
  if (!key || random.chance(0.1)) return String(value);
  const { parent, parentColumn } = key;
  const [row] = await session.query(
    `SELECT ${parentColumn} AS v FROM ${parent} WHERE ${parentColumn} IS NOT NULL ORDER BY ${parentColumn} < ${value}, ${parentColumn} LIMIT 1`,
  );
  return row?.['v'] ?? (optional ? 'NULL' : String(value));
}
