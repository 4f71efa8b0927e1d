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
    const { name, indexName, columns } = this.#order;
    const order = columns.map((column) => quoteId(column.name)).join(',');
    const [row] = await session.query(
      `SELECT ${keySelectSql(columns, 't')} AS k FROM ${quoteTable(name)} t FORCE INDEX (${quoteId(indexName)})` +
        ` WHERE ${keyRangeSql(columns, 't', { after: this.#last, upTo: null })} ORDER BY ${order} LIMIT 1 OFFSET ${rows - 1}`,
    );
    return row?.k ?? null;
  }
}
