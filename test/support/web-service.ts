import { ServerError } from '../../src/db/server-error.js';
import type { Session } from '../../src/db/session.js';
import { mulberry32, rowsPerTable } from './counter-service.js';
import type { TestServer } from './server.js';
import { withSession } from './sessions.js';
import { columnsOf, type Web, type WebKey } from './web-tables.js';

/** Rows that a writer has of its own in each table, at most. */
const ownRows = 12;
/** InnoDB follows a cascade through 15 tables; a chain of our rows is never that long. */
const longestChain = 4;

/** A row of one writer: its table, and for each foreign key the id of its parent, null when it has none. */
interface OwnRow {
  readonly table: string;
  readonly id: number;
  readonly parents: ReadonlyMap<string, number | null>;
}

type Rows = ReadonlyMap<string, OwnRow>;

const nameOf = ({ table, id }: Pick<OwnRow, 'table' | 'id'>): string => `${table} ${id}`;

/** What one transaction does, and what the rows are when it is acknowledged. */
interface Step {
  readonly statements: readonly string[];
  readonly rows?: Rows;
  readonly counted?: readonly string[];
  /** Rows that a trigger sees, as `event table`. */
  readonly events: readonly string[];
}

/**
 * A service whose tables are tied by foreign keys. Each writer makes families of rows, deletes parents and lets the server delete or unlink the children, counts in
 * rows that all share, and reads before it writes. Nobody else touches its rows, so that a model knows exactly which there must be.
 */
export class WebService {
  readonly #server: TestServer;
  readonly #web: Web;
  readonly #tables: readonly string[];
  readonly #random: () => number;
  readonly #own: Rows[] = [];
  readonly #counters = new Map<string, number>();
  readonly events = new Map<string, number>();
  #clients: Promise<void>[] = [];
  #stopping = false;
  readonly #watchers = new Set<() => void>();
  /** Transactions that the server ended because another one was first: to be begun again, as after every deadlock. */
  victims = 0;
  #victimErrors: ReadonlySet<number> = new Set();
  /** Other refused statements by error number, with one text of each. */
  readonly errors = new Map<number, { count: number; text: string }>();
  longestMs = 0;
  longestReadMs = 0;
  acknowledgements = 0;

  constructor(server: TestServer, web: Web, seed: number) {
    this.#server = server;
    this.#web = web;
    this.#tables = [...web.swapped, ...web.stays];
    this.#random = mulberry32(seed);
  }

  async start(clients: { readonly writers: number; readonly readers: number }): Promise<void> {
    this.#victimErrors = await withSession(this.#server, victimErrorsOf);
    const [writers, readers] = await Promise.all(
      [clients.writers, clients.readers].map((n) =>
        Promise.all(Array.from({ length: n }, () => this.#server.connect())),
      ),
    );
    for (const session of [...writers!, ...readers!]) await session.execute('USE app');
    this.#clients = [
      ...writers!.map((session, i) => this.#write(session, i)),
      ...readers!.map((session) => this.#read(session)),
    ];
  }

  /** Resolves when `count` more transactions were acknowledged. */
  async progress(count: number): Promise<void> {
    const target = this.acknowledgements + count;
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.acknowledgements < target) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
    });
  }

  mark(): void {
    this.longestMs = 0;
    this.longestReadMs = 0;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#clients);
  }

  /** What the tables hold and must not, or lack, one line each. */
  async audit(session: Session): Promise<string[]> {
    const lines: string[] = [];
    for (const table of this.#tables) {
      const keys = this.#web.keys.filter(({ child }) => child === table);
      const columns = keys.map(({ name }) => name);
      const rows = await session.query(`SELECT ${['id', 'v', ...columns].join(', ')} FROM app.${table}`);
      const found = new Map(rows.map((row) => [Number(row['id']), row]));
      for (let id = 0; id < rowsPerTable; id++) {
        const [is, must] = [Number(found.get(id)?.['v']), this.#counters.get(`${table} ${id}`) ?? 0];
        if (is !== must) lines.push(`${table} ${id}: counted ${is}, acknowledged ${must}`);
        found.delete(id);
      }
      for (const row of this.#own.flatMap((own) => [...own.values()]).filter((own) => own.table === table)) {
        const is = found.get(row.id);
        if (!is) lines.push(`${nameOf(row)} is missing`);
        found.delete(row.id);
        for (const key of is ? keys : []) {
          const parent = row.parents.get(key.name) ?? null;
          const must = parent === null ? null : String(columnsOf(key)[0]!.of === 'u' ? -parent : parent);
          if (is![key.name] !== must) lines.push(`${nameOf(row)}: ${key.name} is ${is![key.name]}, must be ${must}`);
        }
      }
      for (const id of found.keys()) lines.push(`${table} ${id} must not be there`);
    }
    return lines;
  }

  async #write(session: Session, writer: number): Promise<void> {
    this.#own[writer] = new Map();
    let nextId = (writer + 1) * 1_000_000;
    try {
      while (!this.#stopping) {
        const step = this.#step(this.#own[writer], () => nextId++);
        const began = performance.now();
        try {
          await session.execute('BEGIN');
          for (const sql of step.statements) await session.query(sql);
          await session.execute('COMMIT');
          this.#acknowledge(writer, step);
        } catch (error) {
          this.#count(error);
          await session.execute('ROLLBACK');
        }
        this.longestMs = Math.max(this.longestMs, performance.now() - began);
      }
    } finally {
      await session.close();
    }
  }

  #step(rows: Rows, nextId: () => number): Step {
    const dice = this.#random();
    if (dice < 0.3) return this.#counting();
    if (dice < 0.4) return this.#readingFirst();
    if (dice < 0.75) return this.#family(rows, nextId);
    return this.#deleting(rows);
  }

  #counting(): Step {
    const id = Math.floor(this.#random() * rowsPerTable);
    const counted = Array.from({ length: 1 + Math.floor(this.#random() * 3) }, () => this.#pick(this.#tables));
    return {
      statements: counted.map((table) => `UPDATE ${table} SET v = v + 1 WHERE id = ${id}`),
      counted: counted.map((table) => `${table} ${id}`),
      events: counted.map((table) => `UPDATE ${table}`),
    };
  }

  /** Holds a reader's lock on one table while it waits for another one's. */
  #readingFirst(): Step {
    const step = this.#counting();
    return { ...step, statements: [`SELECT COUNT(*) FROM ${this.#pick(this.#tables)}`, ...step.statements] };
  }

  #family(rows: Rows, nextId: () => number): Step {
    const grown = new Map(rows);
    const statements: string[] = [];
    const events: string[] = [];
    for (let n = 1 + Math.floor(this.#random() * 3); n > 0; n--) {
      const table = this.#pick(this.#tables);
      if ([...grown.values()].filter((row) => row.table === table).length >= ownRows) continue;
      const row = { table, id: nextId(), parents: this.#parentsIn(grown, table) };
      grown.set(nameOf(row), row);
      statements.push(insertSql(row, this.#web.keys));
      events.push(`INSERT ${table}`);
    }
    return { statements, rows: grown, events };
  }

  #parentsIn(rows: Rows, table: string): ReadonlyMap<string, number | null> {
    const parents = new Map<string, number | null>();
    for (const key of this.#web.keys.filter(({ child }) => child === table)) {
      const candidates = [...rows.values()].filter(
        (row) => row.table === key.parent && depthOf(row, rows, this.#web.keys) < longestChain,
      );
      parents.set(key.name, candidates.length > 0 && this.#random() < 0.8 ? this.#pick(candidates).id : null);
    }
    return parents;
  }

  #deleting(rows: Rows): Step {
    if (rows.size === 0) return { statements: [], events: [] };
    const left = new Map(rows);
    const explicit: OwnRow[] = [];
    remove(this.#pick([...rows.values()]), left, this.#web.keys, explicit);
    return {
      statements: explicit.map(({ table, id }) => `DELETE FROM ${table} WHERE id = ${id}`),
      rows: left,
      events: explicit.map(({ table }) => `DELETE ${table}`),
    };
  }

  #acknowledge(writer: number, { rows, counted, events }: Step): void {
    if (rows) this.#own[writer] = rows;
    for (const counter of counted ?? []) this.#counters.set(counter, (this.#counters.get(counter) ?? 0) + 1);
    for (const event of events) this.events.set(event, (this.events.get(event) ?? 0) + 1);
    this.acknowledgements++;
    for (const look of this.#watchers) look();
  }

  async #read(session: Session): Promise<void> {
    try {
      while (!this.#stopping) {
        const began = performance.now();
        try {
          await session.query(`SELECT COUNT(*) FROM ${this.#pick(this.#tables)}`);
        } catch (error) {
          this.#count(error);
        }
        this.longestReadMs = Math.max(this.longestReadMs, performance.now() - began);
      }
    } finally {
      await session.close();
    }
  }

  #count(error: unknown): void {
    if (!(error instanceof ServerError) || error.connectionLost) throw error;
    if (this.#victimErrors.has(error.errno)) {
      this.victims += 1;
      return;
    }
    const seen = this.errors.get(error.errno) ?? { count: 0, text: `${error.message}: ${error.sql}` };
    seen.count += 1;
    this.errors.set(error.errno, seen);
  }

  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)]!;
  }
}

/** A deadlock; and, where innodb_snapshot_isolation is ON (by default since 11.6), a row that has changed since the transaction's first read. */
async function victimErrorsOf(session: Session): Promise<ReadonlySet<number>> {
  const [isolation] = await session.query("SHOW VARIABLES LIKE 'innodb_snapshot_isolation'");
  return new Set(isolation?.['Value'] === 'ON' ? [1213, 1020] : [1213]);
}

function insertSql({ table, id, parents }: OwnRow, keys: readonly WebKey[]): string {
  const columns = keys
    .filter(({ child }) => child === table)
    .flatMap((key) =>
      columnsOf(key).map(({ column, of }) => {
        const parent = parents.get(key.name) ?? null;
        return { column, value: parent === null ? 'NULL' : String(of === 'u' ? -parent : parent) };
      }),
    );
  const names = ['id', 'u', 'v', ...columns.map(({ column }) => column)];
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${[id, -id, 0, ...columns.map(({ value }) => value)].join(', ')})`;
}

/** How many parents, grandparents and so on a row has, at most. */
function depthOf(row: OwnRow, rows: Rows, keys: readonly WebKey[]): number {
  const depths = keys
    .filter(({ child }) => child === row.table)
    .map((key) => {
      const id = row.parents.get(key.name) ?? null;
      const parent = id === null ? undefined : rows.get(nameOf({ table: key.parent, id }));
      return parent ? 1 + depthOf(parent, rows, keys) : 0;
    });
  return Math.max(0, ...depths);
}

/**
 * Takes a row out of the model, with what the server's cascades take, and unlinks what they unlink. Rows that would keep the server from it are deleted
 * before it, by statements of their own: `explicit` is their order.
 */
function remove(row: OwnRow, rows: Map<string, OwnRow>, keys: readonly WebKey[], explicit: OwnRow[]): void {
  while (rows.has(nameOf(row))) {
    const gone = cascadeOf(row, rows, keys);
    const restricting = childrenOf(gone, rows, keys).find(({ key }) => !['CASCADE', 'SET NULL'].includes(key.onDelete));
    if (restricting) {
      remove(restricting.child, rows, keys, explicit);
      continue;
    }
    for (const { child, key } of childrenOf(gone, rows, keys)) {
      const now = rows.get(nameOf(child))!;
      rows.set(nameOf(child), { ...now, parents: new Map([...now.parents, [key.name, null]]) });
    }
    for (const each of gone) rows.delete(nameOf(each));
    explicit.push(row);
  }
}

/** The row, and every row that the server deletes with it. */
function cascadeOf(row: OwnRow, rows: Rows, keys: readonly WebKey[]): readonly OwnRow[] {
  const gone = [row];
  for (const each of gone) {
    for (const { child, key } of childrenOf([each], rows, keys))
      if (key.onDelete === 'CASCADE' && !gone.some((other) => nameOf(other) === nameOf(child))) gone.push(child);
  }
  return gone;
}

function childrenOf(
  parents: readonly OwnRow[],
  rows: Rows,
  keys: readonly WebKey[],
): readonly { readonly child: OwnRow; readonly key: WebKey }[] {
  return keys.flatMap((key) =>
    [...rows.values()]
      .filter((row) => row.table === key.child)
      .filter((row) => parents.some(({ table, id }) => table === key.parent && row.parents.get(key.name) === id))
      .map((child) => ({ child, key })),
  );
}
