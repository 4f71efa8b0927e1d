import { quoteId } from '../db/quote.js';
import { errno, ServerError } from '../db/server-error.js';
import type { Server } from '../db/server.js';
import type { Session } from '../db/session.js';
import type { DeltaSet } from '../delta/delta-set.js';
import type { Turns } from '../delta/turns.js';
import { TideoverError } from '../errors.js';
import { valueSql } from '../schema/expression.js';
import { keySelectSql } from '../schema/key-literal.js';
import { keyRangeSql } from '../schema/key-range.js';
import { quoteTable } from '../schema/names.js';
import { sourceToShadowJoinSql } from '../schema/shadow-key.js';
import type { KeyLiteral, TableMapping } from '../schema/table.js';
import { Chunker, inOrderSql, sourceOrder, type Chunk } from '../schema/chunker.js';
import type { Admit } from '../util/admit.js';
import { runCrew } from '../util/crew.js';
import { Watermark } from './watermark.js';

/** One table to be copied; `watermark` is where an earlier process stopped. */
export interface CopiedTable {
  readonly mapping: TableMapping;
  readonly turns: Turns;
  readonly delta: DeltaSet;
  readonly watermark: KeyLiteral | null;
  readonly copyDone: boolean;
  readonly rowsCopied: number;
  /** The server's estimate. */
  readonly rowsEstimated: number;
  /** A REPLACE may evict other rows through a unique key (schema/uniqueness.ts). */
  readonly replaces: boolean;
}

/** A table's progress, as the checkpoint keeps it. */
export interface CopyState {
  readonly table: string;
  readonly watermark: KeyLiteral | null;
  readonly copyDone: boolean;
  readonly rowsCopied: number;
}

/** How often a chunk that lost a lock is sent again; with the sessions' lock timeouts of 5 s that is some minutes. */
const chunkAttempts = 60;

class TableCopy {
  readonly mapping: TableMapping;
  readonly turns: Turns;
  readonly chunker: Chunker;
  readonly watermark: Watermark;
  readonly #wasDone: boolean;
  readonly #delta: DeltaSet;
  readonly #replaces: boolean;
  readonly #rowsEstimated: number;
  rowsCopied: number;
  active = 0;

  constructor(table: CopiedTable, chunkTimeMs: () => number) {
    this.mapping = table.mapping;
    this.turns = table.turns;
    this.#delta = table.delta;
    this.#replaces = table.replaces;
    this.chunker = new Chunker(sourceOrder(table.mapping), table.watermark, chunkTimeMs);
    this.watermark = new Watermark(table.watermark);
    this.rowsCopied = table.rowsCopied;
    this.#rowsEstimated = table.rowsEstimated;
    this.#wasDone = table.copyDone;
  }

  /** No chunk is left to be given out. */
  get exhausted(): boolean {
    return this.#wasDone || this.chunker.ended;
  }

  get done(): boolean {
    return this.#wasDone || this.watermark.complete;
  }

  get rowsLeft(): number {
    return this.#rowsEstimated - this.rowsCopied;
  }

  copySql(chunk: Chunk): string {
    const { shadow, columns, key } = this.mapping;
    const into = columns.map((column) => quoteId(column.shadow.name)).join(',');
    const from = columns.map((column) => valueSql(column, 't')).join(',');
    const rows = `${inOrderSql(sourceOrder(this.mapping), 't')} WHERE ${keyRangeSql(key.columns, 't', chunk)}`;
    if (this.#replaces) return `REPLACE INTO ${quoteTable(shadow.name)} (${into}) SELECT ${from} FROM ${rows}`;
    const there = `SELECT 1 FROM ${quoteTable(shadow.name)} d WHERE ${sourceToShadowJoinSql(key, 't', 'd')}`;
    return `INSERT INTO ${quoteTable(shadow.name)} (${into}) SELECT ${from} FROM ${rows} AND NOT EXISTS (${there})`;
  }

  /** A duplicate under a new unique key may be a row that is changing right now: the applier decides, key by key. */
  async leaveToApplier(session: Session, chunk: Chunk): Promise<number> {
    const { source, key } = this.mapping;
    const rows = await session.query(
      `SELECT ${keySelectSql(key.columns, 't')} AS k FROM ${quoteTable(source.name)} t WHERE ${keyRangeSql(key.columns, 't', chunk)}`,
    );
    for (const row of rows) this.#delta.add(row.k!, 'unknown');
    return rows.length;
  }

  /** The next chunk and what to call when it is copied; null when there is none. */
  async next(session: Session): Promise<{ chunk: Chunk; copied: () => void } | null> {
    const chunk = await this.chunker.next(session);
    return chunk && { chunk, copied: this.watermark.open(chunk) };
  }
}

/** Copies the rows that are there, chunk by chunk, on the server, without row locks on the source. */
export class Copier {
  readonly #tables: readonly TableCopy[];
  readonly #server: Server;
  readonly #workers: () => number;

  constructor(options: {
    readonly server: Server;
    readonly tables: readonly CopiedTable[];
    /** Sessions that copy at once, and a chunk's target time; both are asked anew before each chunk. */
    readonly workers: () => number;
    readonly chunkTimeMs: () => number;
  }) {
    this.#server = options.server;
    this.#workers = options.workers;
    this.#tables = options.tables.map((table) => new TableCopy(table, options.chunkTimeMs));
  }

  /** No chunk of the table is left, and none is under way. */
  isDone(table: number): boolean {
    return this.#tables[table]!.done;
  }

  get states(): readonly CopyState[] {
    return this.#tables.map(({ mapping, watermark, done, rowsCopied }) => ({
      table: mapping.table,
      watermark: watermark.reached,
      copyDone: done,
      rowsCopied,
    }));
  }

  /**
   * Copies everything that is left. `admit` runs each chunk when copying is welcome. On abort the chunks in flight are finished. Rejects with `copy-failed` for a row that the new structure does not take.
   */
  async run(signal: AbortSignal, admit: Admit): Promise<void> {
    await runCrew(this.#workers, (wanted) =>
      this.#server.withSession('copying', (session) => this.#work(session, wanted, signal, admit)),
    );
  }

  async #work(session: Session, wanted: () => boolean, stop: AbortSignal, admit: Admit): Promise<void> {
    while (!stop.aborted && wanted()) {
      // The table with the fewest copiers first: two tables side by side beat two chunks of one table.
      // Among those the one with the most left, so that the large ones do not end alone.
      const table = this.#tables
        .filter((candidate) => !candidate.exhausted)
        .sort((a, b) => a.active - b.active || b.rowsLeft - a.rowsLeft)[0];
      if (!table) return;
      table.active += 1;
      try {
        await admit(() => this.#copyNext(session, table, stop));
      } finally {
        table.active -= 1;
      }
    }
  }

  async #copyNext(session: Session, table: TableCopy, stop: AbortSignal): Promise<void> {
    if (stop.aborted) return;
    const next = await table.next(session);
    if (next === null) return;
    // I4
    const { rows, elapsedMs } = await table.turns.take('copy', () =>
      timed(() => copyChunk(session, table, next.chunk, stop)),
    );
    if (rows === null) return;
    table.rowsCopied += rows;
    table.chunker.took(next.chunk, elapsedMs);
    next.copied();
  }
}

async function timed(work: () => Promise<number | null>): Promise<{ rows: number | null; elapsedMs: number }> {
  const startedAt = performance.now();
  return { rows: await work(), elapsedMs: performance.now() - startedAt };
}

/**
 * One statement per key range. Rows that are in the shadow already (applied before, or copied by a process that died) are older than
 * this statement's view, since nothing is applied while it runs: replacing them is right, and so is leaving them to their own pending change.
 * Returns the number of rows, or null when the run was stopped while the chunk waited for a lock.
 */
async function copyChunk(session: Session, table: TableCopy, chunk: Chunk, stop: AbortSignal): Promise<number | null> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await session.execute(table.copySql(chunk))).records;
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      if (error.isLockFailure && stop.aborted) return null;
      if (error.isLockFailure && attempt < chunkAttempts) continue;
      if (error.errno === errno.dupEntry) return table.leaveToApplier(session, chunk);
      if (error.refusesRow) throw refusedChunk(table.mapping, chunk, error);
      throw error;
    }
  }
}

function refusedChunk(mapping: TableMapping, chunk: Chunk, cause: ServerError): TideoverError {
  const range = `after ${chunk.after ?? 'the start'} up to ${chunk.upTo ?? 'the end'}`;
  return new TideoverError(
    'copy-failed',
    `the new structure of ${mapping.table} does not take a row with a key ${range}: ${cause.message}`,
    {
      cause,
      facts: { table: mapping.table, after: chunk.after, upTo: chunk.upTo, errno: cause.errno },
      hint: 'Mend the row in the source and run again, or abort and change the ALTER.',
    },
  );
}
