import type { ResultSetHeader } from 'mysql2/promise';
import type { Client } from './client.js';
import { selectList, tupleOf, whereKeys } from './client.js';
import type { Commons, Increment } from './commons.js';
import type { Random } from './random.js';
import { rowText, sameRow, type LedgerRow } from './shapes.js';
import type { KeyHistory, Slice } from './slice.js';

/** A transaction whose COMMIT (or only statement) was sent and never answered: all of it happened or nothing. */
export interface Doubt {
  readonly histories: readonly { readonly table: string; readonly history: KeyHistory }[];
  /** Rows whose key the server chose and nobody saw. */
  readonly keyless: readonly { readonly table: string; readonly row: LedgerRow }[];
}

/** One table as one writer sees it: the rows that are his and the hot ones that are everybody's. */
export interface Place {
  readonly slice: Slice;
  readonly commons: Commons;
}

/**
 * The statements of one transaction together with what they do to the model. The model goes ahead of each statement, comes back with
 * `rollback`, and becomes the ledger at `commit`.
 */
export class Transaction {
  readonly #client: Client;
  readonly #places: readonly Place[];
  readonly #increments = new Map<Commons, Increment[]>();
  readonly #report: (observation: string) => void;
  #keyless: { table: string; row: LedgerRow }[] = [];

  constructor(client: Client, places: readonly Place[], report: (observation: string) => void) {
    this.#client = client;
    this.#places = places;
    this.#report = report;
  }

  /** Runs a statement; it must hit exactly `rows` rows as the server counts them, null when that is not predictable. */
  async run(sql: string, rows: number | null): Promise<ResultSetHeader> {
    const result = await this.#client.execute(sql);
    if (rows !== null && result.affectedRows !== rows) {
      this.#report(`${result.affectedRows} rows instead of ${rows} were hit by ${sql.slice(0, 300)}`);
    }
    return result;
  }

  /** Inserts rows whose keys the server gives; consecutive within one statement (innodb_autoinc_lock_mode 1). */
  async insertKeyless(slice: Slice, rows: readonly LedgerRow[]): Promise<void> {
    const { shape, table } = slice;
    const columns = shape.columns.map(({ name }) => name).filter((name) => !shape.keyColumns.includes(name));
    this.#keyless = rows.map((row) => ({ table, row }));
    const tuples = rows.map((row) => tupleOf(shape, columns, row)).join(', ');
    const { insertId } = await this.run(`INSERT INTO ${table} (${columns.join(', ')}) VALUES ${tuples}`, rows.length);
    this.#keyless = [];
    rows.forEach((row, index) => {
      const key = String(insertId + index);
      slice.thaw(key);
      if (slice.get(key)) this.#report(`the server gave ${table} the key ${key}, which has a row already`);
      slice.put({ ...shape.keyParts(key), ...row });
    });
  }

  /** Reads rows of the writer's own and compares them with the model: in his own session they are exact at any moment. */
  async read(slice: Slice, keys: readonly string[], random: Random): Promise<void> {
    const { shape, table } = slice;
    const where = whereKeys(
      shape,
      keys.map((key) => shape.keyParts(key, random)),
    );
    const found = new Map(
      (await this.#client.query(`SELECT ${selectList(shape)} FROM ${table} WHERE ${where}`)).map((row) => [
        shape.keyOf(row),
        row,
      ]),
    );
    for (const key of keys) {
      const expected = slice.get(key)!;
      const actual = found.get(key);
      if (!actual || !sameRow(expected, actual)) {
        this.#report(`${table} ${key} read as ${rowText(actual ?? null)} instead of ${rowText(expected)}`);
      }
    }
  }

  async increment(commons: Commons, keys: readonly string[], delta: number, random: Random): Promise<void> {
    const { shape, table } = commons;
    const { counterColumn } = shape;
    const where = whereKeys(
      shape,
      keys.map((key) => shape.keyParts(key, random)),
    );

    const increments = this.#increments.get(commons) ?? [];
    increments.push(...keys.map((key) => ({ key, delta })));
    this.#increments.set(commons, increments);
    await this.run(`UPDATE ${table} SET ${counterColumn} = ${counterColumn} + ${delta} WHERE ${where}`, keys.length);
  }

  /** A savepoint around `work`, rolled back to at its end. */
  async withdrawn(work: () => Promise<void>): Promise<void> {
    const marks = this.#places.map(({ slice }) => slice.mark());
    const counts = this.#places.map(({ commons }) => this.#increments.get(commons)?.length ?? 0);
    await this.#client.execute('SAVEPOINT withdrawn');
    await work();
    await this.#client.execute('ROLLBACK TO SAVEPOINT withdrawn');
    this.#places.forEach(({ slice, commons }, index) => {
      slice.rollbackTo(marks[index]!);
      this.#increments.get(commons)?.splice(counts[index]!);
    });
  }

  /** The server acknowledged it. */
  commit(): void {
    for (const { slice } of this.#places) slice.commit();
    for (const [commons, increments] of this.#increments) commons.commit(increments);
  }

  /** The server did not do it, or undid it. */
  rollback(): void {
    for (const { slice } of this.#places) slice.rollback();
  }

  /** Nobody knows. */
  doubt(): Doubt {
    for (const [commons, increments] of this.#increments) commons.doubt(increments);
    const histories = this.#places.flatMap(({ slice }) =>
      slice.freeze().map((history) => ({ table: slice.table, history })),
    );
    return { histories, keyless: this.#keyless };
  }
}
