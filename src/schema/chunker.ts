import { quoteId } from '../db/quote.js';
import type { Session } from '../db/session.js';
import { keySelectSql } from './key-literal.js';
import { keyRangeSql, type KeyRange } from './key-range.js';
import { quoteTable, type TableName } from './names.js';
import type { Column, KeyLiteral, TableMapping } from './table.js';

/** A table in the order of one of its keys. */
export interface KeyOrder {
  readonly name: TableName;
  readonly indexName: string;
  readonly columns: readonly Column[];
}

export function sourceOrder(mapping: TableMapping): KeyOrder {
  return { name: mapping.source.name, indexName: mapping.key.indexName, columns: mapping.key.columns };
}

/** The table for a FROM, read in this order. */
export function inOrderSql(order: KeyOrder, alias: string): string {
  return `${quoteTable(order.name)} ${alias} FORCE INDEX (${quoteId(order.indexName)})`;
}

/**
 * The table for a FROM of which single rows are looked up by this key. Left the choice, the server weighs keys of several columns with every other
 * index over one of them, each with each: 400 keys of two columns took it 250 ms, and 4 ms when it was told the index (measured on 10.11). Of keys of one
 * column it is left the choice: told the index, it walks through more of a small table, and meets locks that are none of these keys' business.
 */
export function byKeySql(order: KeyOrder, alias: string): string {
  return order.columns.length > 1 ? inOrderSql(order, alias) : `${quoteTable(order.name)} ${alias}`;
}

/** A range that is worked on by one statement. */
export interface Chunk extends KeyRange {
  /** Rows that were asked for when the range was cut; the real number differs where the service writes. */
  readonly rows: number;
}

/** Rows of the first chunk; small, because nothing is known of the table yet. */
const firstRows = 1_000;
const minRows = 50;
/** A statement's row events are one transaction in the log: at 200 bytes a row this is 20 MB. */
const maxRows = 100_000;

/** Cuts one table into consecutive chunks whose size follows a target time. The server does all ordering of keys. */
export class Chunker {
  readonly #order: KeyOrder;
  readonly #targetMs: () => number;
  #rows = firstRows;
  #last: KeyLiteral | null;
  #ended = false;
  #cutting: Promise<unknown> = Promise.resolve();

  /** Continues after `watermark`; null starts at the beginning. */
  constructor(order: KeyOrder, watermark: KeyLiteral | null, targetMs: () => number) {
    this.#order = order;
    this.#last = watermark;
    this.#targetMs = targetMs;
  }

  /** The last range was given out. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The next range, or null when there is none left. Several workers may call it; ranges are given out in key order. */
  next(session: Session): Promise<Chunk | null> {
    const cut = this.#cutting.then(() => this.#cut(session));
    this.#cutting = cut.catch(() => undefined);
    return cut;
  }

  async #cut(session: Session): Promise<Chunk | null> {
    if (this.#ended) return null;
    const rows = this.#rows;
    const upTo = await this.#boundary(session, rows);
    const chunk = { after: this.#last, upTo, rows };
    this.#last = upTo;
    this.#ended = upTo === null;
    return chunk;
  }

  /** Learns from a chunk that took `elapsedMs`. Grows at most twofold, shrinks at once. */
  took(chunk: Chunk, elapsedMs: number): void {
    const wanted = (chunk.rows * this.#targetMs()) / Math.max(elapsedMs, 1);
    this.#rows = Math.round(Math.min(Math.max(wanted, minRows), this.#rows * 2, maxRows));
  }

  async #boundary(session: Session, rows: number): Promise<KeyLiteral | null> {
    const { columns } = this.#order;
    const order = columns.map((column) => quoteId(column.name)).join(',');
    const [row] = await session.query(
      `SELECT ${keySelectSql(columns, 't')} AS k FROM ${inOrderSql(this.#order, 't')}` +
        ` WHERE ${keyRangeSql(columns, 't', { after: this.#last, upTo: null })} ORDER BY ${order} LIMIT 1 OFFSET ${rows - 1}`,
    );
    return row?.k ?? null;
  }
}
