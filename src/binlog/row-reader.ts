import { TideoverError } from '../errors.js';
import { joinKeyLiteral } from '../schema/key-literal.js';
import { quoteTable } from '../schema/names.js';
import type { Column, KeyLiteral } from '../schema/table.js';
import type { ColumnFormat } from './column-format.js';
import { headerLength, readLength } from './event.js';
import { literalReader, type LiteralReader } from './key-decoder.js';
import type { ChangeKind, Reference, WatchedTable } from './source.js';

export type RowsKind = 'write' | 'update' | 'delete';

/** Who is told what the rows of one event say. */
export interface RowSink {
  change(kind: ChangeKind, key: KeyLiteral): void;
  referenced(list: number, reference: Reference): void;
}

/** Which columns an image holds: all, or the ones whose bit is set. */
type Present = 'all' | Buffer;

/** The wanted values of one image, key columns first; NULL is null. */
type Values = (string | null)[];

/** Where the values of one list of referenced columns are among the wanted ones. */
interface ReferencedPlaces {
  readonly places: readonly number[];
  readonly inserts: boolean;
}

/**
 * Reads the keys and the referenced values of one table's row events and steps over every other column. Valid for one table map.
 */
export class RowReader {
  readonly #watched: WatchedTable;
  /** Bytes of a value, or minus its count of length bytes, per column. */
  readonly #steps: Int32Array;
  /** Column → place among the wanted values, -1 for the others. */
  readonly #places: Int32Array;
  readonly #readers: LiteralReader[] = [];
  /** Wanted values before this place are the key's. */
  readonly #keyLength: number;
  readonly #lists: readonly ReferencedPlaces[];
  /** Where the image that was read last ended. */
  #at = 0;

  constructor(watched: WatchedTable, formats: readonly ColumnFormat[]) {
    this.#watched = watched;
    this.#steps = Int32Array.from(formats, (format) => format.step);
    this.#places = new Int32Array(formats.length).fill(-1);
    for (const column of watched.key?.columns ?? []) this.#want(column, formats);
    this.#keyLength = this.#readers.length;
    this.#lists = (watched.referenced ?? []).map(({ columns, inserts }) => ({
      places: columns.map((column) => this.#want(column, formats)),
      inserts,
    }));
  }

  /** The place of the column's value among the wanted ones. */
  #want(column: Column, formats: readonly ColumnFormat[]): number {
    const index = column.position - 1;
    const known = this.#places[index] ?? -1;
    if (known >= 0) return known;
    const format = formats[index];
    const reader = format === undefined ? null : literalReader(column, format);
    if (reader === null) {
      throw this.#unsupported(
        `values of the key column ${column.name} (${column.columnType}) are stored in a form that is not exact`,
      );
    }
    this.#places[index] = this.#readers.length;
    return this.#readers.push(reader) - 1;
  }

  /**
   * Tells `sink` of every row of a row event. `event` is the whole event without its checksum. `expand` uncompresses the rows of a compressed event.
   */
  read(event: Buffer, kind: RowsKind, expand: (rows: Buffer) => Buffer, sink: RowSink): void {
    const { value: count, next } = readLength(event, headerLength + 8);
    if (count !== this.#steps.length) {
      throw this.#unsupported(`a row event has ${count} columns, its table map ${this.#steps.length}`);
    }
    const bitmapBytes = (count + 7) >> 3;
    const rowsAt = next + (kind === 'update' ? 2 : 1) * bitmapBytes;
    if (rowsAt > event.length) throw this.#unsupported('a row event ends before its rows');
    const before = this.#present(event.subarray(next, next + bitmapBytes));
    const after = kind === 'update' ? this.#present(event.subarray(next + bitmapBytes, rowsAt)) : before;
    this.#at = 0;
    try {
      const rows = expand(event.subarray(rowsAt));
      while (this.#at < rows.length) {
        const start = this.#at;
        this.#row(rows, kind, before, after, sink);
        // Else it would never end.
        if (this.#at === start) throw new RangeError('no bytes');
      }
    } catch (error) {
      if (error instanceof RangeError)
        throw this.#unsupported(`a row in the binlog does not fit its event (${error.message})`);
      throw error;
    }
  }

  #row(rows: Buffer, kind: RowsKind, before: Present, after: Present, sink: RowSink): void {
    const image = this.#values(rows, before, null);
    const key = this.#keyOf(image);
    if (kind === 'write') {
      if (key !== null) sink.change('written', key);
      if (this.#lists.length > 0) this.#tell(sink, 'written', null, image, key);
    } else if (kind === 'delete') {
      if (key !== null) sink.change('deleted', key);
      if (this.#lists.length > 0) this.#tell(sink, 'deleted', image, null, null);
    } else {
      const newImage = this.#values(rows, after, image);
      const newKey = this.#keyOf(newImage);
      if (key !== null && key !== newKey) sink.change('deleted', key);
      if (newKey !== null) sink.change('written', newKey);
      if (this.#lists.length > 0) this.#tell(sink, 'updated', image, newImage, newKey);
    }
  }

  #keyOf(values: Values): KeyLiteral | null {
    if (this.#keyLength === 0) return null;
    const own = values.length === this.#keyLength ? values : values.slice(0, this.#keyLength);
    return joinKeyLiteral(own as string[]);
  }

  #tell(sink: RowSink, kind: Reference['kind'], old: Values | null, now: Values | null, key: KeyLiteral | null): void {
    for (const [list, { places, inserts }] of this.#lists.entries()) {
      if (kind === 'written' && !inserts) continue;
      const before = old && tupleOf(old, places);
      const after = now && tupleOf(now, places);
      if (before !== after) sink.referenced(list, { kind, gone: before, now: after, key });
    }
  }

  #present(bitmap: Buffer): Present {
    for (let i = 0; i < this.#steps.length; i++) {
      if ((bitmap[i >> 3]! & (1 << (i & 7))) === 0) return bitmap;
    }
    return 'all';
  }

  /**
   * The wanted values in the image at `#at`, which moves behind it. A column that the image leaves out has its value from `fallback`,
   * the image before the change.
   */
  #values(rows: Buffer, present: Present, fallback: Values | null): Values {
    const steps = this.#steps;
    const columns = steps.length;
    const values: Values = fallback === null ? new Array<string>(this.#readers.length) : fallback.slice();
    let found = 0;
    let bit = 0;
    const nulls = this.#at;
    let at = nulls + ((this.#countPresent(present) + 7) >> 3);
    for (let i = 0; i < columns; i++) {
      if (present !== 'all' && (present[i >> 3]! & (1 << (i & 7))) === 0) continue;
      const isNull = (rows[nulls + (bit >> 3)]! & (1 << (bit & 7))) !== 0;
      bit++;
      const place = this.#places[i]!;
      if (place >= 0) {
        if (isNull && place < this.#keyLength) throw this.#unsupported('a key column is NULL in the binlog');
        values[place] = isNull ? null : this.#readers[place]!(rows, at);
        found++;
      }
      if (isNull) continue;
      const step = steps[i]!;
      if (step >= 0) at += step;
      else if (step === -1) at += 1 + rows[at]!;
      else if (step === -2) at += 2 + (rows[at]! | (rows[at + 1]! << 8));
      else at += rows.readUIntLE(at, -step) - step;
    }
    // Also true when a length was read beyond the end (NaN).
    if (!(at <= rows.length)) throw new RangeError('longer than its event');
    this.#at = at;
    if (found < values.length && fallback === null) {
      throw this.#unsupported(
        'a row in the binlog lacks a key column',
        'Set binlog_row_image=FULL for every session that writes.',
      );
    }
    return values;
  }

  #countPresent(present: Present): number {
    if (present === 'all') return this.#steps.length;
    let count = 0;
    for (let i = 0; i < this.#steps.length; i++) if ((present[i >> 3]! & (1 << (i & 7))) !== 0) count++;
    return count;
  }

  #unsupported(what: string, hint?: string): TideoverError {
    return new TideoverError(
      'binlog-unsupported',
      `${quoteTable(this.#watched.source.name)}: ${what}`,
      hint === undefined ? {} : { hint },
    );
  }
}

function tupleOf(values: Values, places: readonly number[]): KeyLiteral | null {
  const tuple: string[] = [];
  for (const place of places) {
    const value = values[place];
    if (value === null || value === undefined) return null;
    tuple.push(value);
  }
  return joinKeyLiteral(tuple);
}
