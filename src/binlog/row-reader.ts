import { TideoverError } from '../errors.js';
import { joinKeyLiteral } from '../schema/key-literal.js';
import { quoteTable } from '../schema/names.js';
import type { KeyLiteral } from '../schema/table.js';
import type { ColumnFormat } from './column-format.js';
import { headerLength, readLength } from './event.js';
import { literalReader, type LiteralReader } from './key-decoder.js';
import type { ChangeKind, WatchedTable } from './source.js';

export type RowsKind = 'write' | 'update' | 'delete';

type EmitChange = (kind: ChangeKind, key: KeyLiteral) => void;

/** Which columns an image holds: all, or the ones whose bit is set. */
type Present = 'all' | Buffer;

/**
 * Reads the keys of one table's row events and steps over every other column. Valid for one table map.
 */
export class RowReader {
  readonly #watched: WatchedTable;
  /** Bytes of a value, or minus its count of length bytes, per column. */
  readonly #steps: Int32Array;
  /** Column → place in the key, -1 for the others. */
  readonly #places: Int32Array;
  readonly #readers: readonly LiteralReader[];
  /** Where the image that was read last ended. */
  #at = 0;

  constructor(watched: WatchedTable, formats: readonly ColumnFormat[]) {
    this.#watched = watched;
    this.#steps = Int32Array.from(formats, (format) => format.step);
    this.#places = new Int32Array(formats.length).fill(-1);
    this.#readers = watched.key.columns.map((column, place) => {
      const index = column.position - 1;
      const format = formats[index];
      const reader = format === undefined ? null : literalReader(column, format);
      if (reader === null) {
        throw this.#unsupported(
          `values of the key column ${column.name} (${column.columnType}) are stored in a form that is not exact`,
        );
      }
      this.#places[index] = place;
      return reader;
    });
  }

  /**
   * Hands every key of a row event to `emit`. `event` is the whole event without its checksum. `expand` uncompresses the rows of a compressed event.
   */
  read(event: Buffer, kind: RowsKind, expand: (rows: Buffer) => Buffer, emit: EmitChange): void {
    const { value: count, next } = readLength(event, headerLength + 8);
    if (count !== this.#steps.length) {
      throw this.#unsupported(`a row event has ${count} columns, its table map ${this.#steps.length}`);
    }
    const bitmapBytes = (count + 7) >> 3;
    const before = this.#present(event.subarray(next, next + bitmapBytes));
    const after =
      kind === 'update' ? this.#present(event.subarray(next + bitmapBytes, next + 2 * bitmapBytes)) : before;
    const rows = expand(event.subarray(next + (kind === 'update' ? 2 : 1) * bitmapBytes));
    this.#at = 0;
    try {
      while (this.#at < rows.length) this.#row(rows, kind, before, after, emit);
    } catch (error) {
      if (error instanceof RangeError)
        throw this.#unsupported(`a row in the binlog does not fit its event (${error.message})`);
      throw error;
    }
  }

  #row(rows: Buffer, kind: RowsKind, before: Present, after: Present, emit: EmitChange): void {
    if (kind !== 'update') {
      emit(kind === 'write' ? 'written' : 'deleted', joinKeyLiteral(this.#key(rows, before, null)));
      return;
    }
    const old = this.#key(rows, before, null);
    const oldKey = joinKeyLiteral(old);
    const newKey = joinKeyLiteral(this.#key(rows, after, old));
    if (oldKey !== newKey) emit('deleted', oldKey);
    emit('written', newKey);
  }

  #present(bitmap: Buffer): Present {
    for (let i = 0; i < this.#steps.length; i++) {
      if ((bitmap[i >> 3]! & (1 << (i & 7))) === 0) return bitmap;
    }
    return 'all';
  }

  /**
   * The key's literals in the image at `#at`, which moves behind it. A key column that the image leaves out has its value from `fallback`,
   * the image before the change.
   */
  #key(rows: Buffer, present: Present, fallback: string[] | null): string[] {
    const steps = this.#steps;
    const columns = steps.length;
    const key: string[] = fallback === null ? new Array<string>(this.#readers.length) : fallback.slice();
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
        if (isNull) throw this.#unsupported('a key column is NULL in the binlog');
        key[place] = this.#readers[place]!(rows, at);
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
    if (found < key.length && fallback === null) {
      throw this.#unsupported(
        'a row in the binlog lacks a key column',
        'Set binlog_row_image=FULL for every session that writes.',
      );
    }
    return key;
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
