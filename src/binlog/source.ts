import type { Column, DriverKey, KeyLiteral, TableMapping } from '../schema/table.js';

/** A place in the server's binlog. */
export interface BinlogPosition {
  readonly file: string;
  /** Byte offset in the file. */
  readonly offset: number;
  /** The last transaction before it in each replication domain, `domain-server-number,…`: it finds the place in the log of a replica, too. */
  readonly gtid?: string;
}

/**
 * Orders two positions: negative when `a` is before `b`, in bytes of the same file or by the file's sequence number.
 * The numeric suffix decides (`bin.999999` < `bin.1000000`).
 */
export function comparePositions(a: BinlogPosition, b: BinlogPosition): number {
  const files = sequenceOf(a.file) - sequenceOf(b.file);
  return files === 0 ? a.offset - b.offset : files;
}

/** Whether the server writes `next` directly after `file`. */
export function isNextFile(file: string, next: string): boolean {
  const stem = (name: string): string => name.replace(/\d+$/, '');
  return /\.\d+$/.test(next) && stem(next) === stem(file) && sequenceOf(next) === sequenceOf(file) + 1;
}

export function formatPosition(position: BinlogPosition): string {
  return `${position.file}:${position.offset}`;
}

function sequenceOf(file: string): number {
  const suffix = /\.(\d+)$/.exec(file)?.[1];
  if (suffix === undefined) throw new Error(`not a binlog file name: ${file}`);
  return Number(suffix);
}

/** What the event says of a key: the row existed after it, or did not. */
export type ChangeKind = 'written' | 'deleted';

/** A table whose changes are wanted, with the structure that is pinned for the whole run. */
export interface WatchedTable extends Pick<TableMapping, 'table' | 'source'> {
  /** Null when only what becomes of its referenced values is wanted. */
  readonly key: DriverKey | null;
  /** Columns of it that foreign keys refer to, each distinct list once. */
  readonly referenced?: readonly ReferencedColumns[];
}

export interface ReferencedColumns {
  readonly columns: readonly Column[];
  /** Whether values that come into being by an INSERT are told, too. */
  readonly inserts: boolean;
}

/** What a row change did to the values of one list of referenced columns. A tuple with a NULL in it has no children and is null here. */
export interface Reference {
  readonly kind: 'written' | 'updated' | 'deleted';
  /** The tuple that the row had before; null for a new row. Never equal to `now`. */
  readonly gone: KeyLiteral | null;
  /** The tuple that it has now; null for a deleted row. */
  readonly now: KeyLiteral | null;
  /** The row's key after the change; null for a deleted row and for a table without one. */
  readonly key: KeyLiteral | null;
}

/**
 * Who receives the changes. Called synchronously, in the log's order. Changes of a transaction come before its `commit`;
 * those of a prepared XA transaction come at its XA COMMIT.
 */
export interface ChangeSink {
  /** A row of `watched[table]` changed. An update of the key is a `deleted` of the old and a `written` of the new one. */
  change(table: number, kind: ChangeKind, key: KeyLiteral): void;
  /** Values of `watched[table].referenced[list]` came or went. Needed when a watched table has such a list. */
  referenced?(table: number, list: number, reference: Reference): void;
  /**
   * Every change up to `position` has been delivered; `position` is a transaction boundary and safe to resume from. `loggedAtS` is when the server
   * logged what ended there, in seconds since 1970 by its clock.
   */
  commit(position: BinlogPosition, loggedAtS: number): void;
}

/** Counters of a tail, for progress and reports. */
export interface TailCounters {
  /** Transactions of the service: those that wrote rows of tables other than the engine's own. */
  readonly transactions: number;
  /** Row changes of watched tables. */
  readonly changes: number;
  /** Bytes of events received. */
  readonly bytes: number;
}

/**
 * The reading of the binlog from one position on. Any event that it cannot account for ends it with a named error (I6):
 * `source-changed` (DDL on a watched table), `statement-logged` (DML of a watched table as a statement), `binlog-purged`,
 * `binlog-unsupported`, `binlog-damaged` (bytes are not what the server wrote), `connection-lost`.
 */
export interface BinlogSource {
  /** The last transaction boundary that was delivered. */
  readonly position: BinlogPosition;
  readonly counters: TailCounters;
  /** Rejects with the TideoverError that ended the reading; never resolves. */
  readonly failed: Promise<never>;
  /** Stops taking packets from the socket (back-pressure); the server keeps the log meanwhile. Idempotent. */
  pause(): void;
  resume(): void;
  /** Resolves when `position` is reached or passed; rejects with `wait-expired` after `deadlineMs`, or with the error that ended the reading. */
  reached(position: BinlogPosition, deadlineMs: number): Promise<void>;
  /** Ends the reading and its connection. Idempotent. */
  stop(): Promise<void>;
}
