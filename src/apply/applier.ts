import { errno, ServerError } from '../db/server-error.js';
import type { Server } from '../db/server.js';
import type { Session } from '../db/session.js';
import type { DeltaSet, PendingKey, PendingKind } from '../delta/delta-set.js';
import type { Turns } from '../delta/turns.js';
import { TideoverError } from '../errors.js';
import type { KeyLiteral, TableMapping } from '../schema/table.js';
import { allSafeties, type Safeties } from '../util/safeties.js';
import { Workers } from '../util/workers.js';
import { applySqlOf, type ApplySql } from './apply-sql.js';
import { applyDeleted, applyUnknown, applyWritten, type BatchContext, type BatchResult } from './batch.js';
import { Conflicts } from './conflicts.js';

/** One migrated table as the applier sees it. */
export interface AppliedTable {
  readonly mapping: TableMapping;
  readonly delta: DeltaSet;
  readonly turns: Turns;
}

/** What a round left: keys that the service had locked, by table index. Empty lists mean that everything known at its start is in the shadow. */
export interface RoundResult {
  readonly applied: number;
  readonly leftover: readonly (readonly PendingKey[])[];
}

/**
 * Keys of a batch. 500 share locks in one statement are held for a few ms; with SKIP LOCKED the service's transactions
 * were never chosen as deadlock victims by it (design.md §4). One locked row makes a batch of unknown keys be halved, so fewer.
 */
const batchSize: Record<PendingKind, number> = { written: 500, deleted: 500, unknown: 200 };

/** How often a batch that lost against another session is sent again before the run stops. */
const lockRetries = 20;

/** Makes the shadow follow the source, in rounds. The only writer of shadow rows besides the copier. */
export class Applier {
  readonly #tables: readonly (AppliedTable & { readonly sql: ApplySql; readonly conflicts: Conflicts })[];
  readonly #sessions: readonly Session[];
  readonly #workers: Workers<Session>;
  readonly #safeties: Safeties;
  readonly #onApplied: (table: number, keys: readonly KeyLiteral[]) => void;

  private constructor(
    tables: readonly AppliedTable[],
    sessions: readonly Session[],
    safeties: Safeties,
    onApplied: (table: number, keys: readonly KeyLiteral[]) => void,
  ) {
    this.#tables = tables.map((table) => ({ ...table, sql: applySqlOf(table.mapping), conflicts: new Conflicts() }));
    this.#sessions = sessions;
    this.#workers = new Workers(sessions);
    this.#safeties = safeties;
    this.#onApplied = onApplied;
  }

  /** `onApplied` is told of every key of a finished round. Opens `workers` sessions. */
  static async open(options: {
    readonly server: Server;
    readonly tables: readonly AppliedTable[];
    readonly workers: number;
    readonly safeties?: Safeties;
    readonly onApplied?: (table: number, keys: readonly KeyLiteral[]) => void;
  }): Promise<Applier> {
    const opened = await Promise.allSettled(
      Array.from({ length: options.workers }, () =>
        options.server.connect('applying changes', ['SET SESSION innodb_lock_wait_timeout = 1']),
      ),
    );
    const sessions = opened.flatMap((session) => (session.status === 'fulfilled' ? [session.value] : []));
    const failed = opened.find((session) => session.status === 'rejected');
    if (failed) {
      await Promise.all(sessions.map((session) => session.close()));
      throw failed.reason;
    }
    return new Applier(
      options.tables,
      sessions,
      options.safeties ?? allSafeties,
      options.onApplied ?? (() => undefined),
    );
  }

  /**
   * Applies every key that is pending now, all tables and their batches over the same workers.
   * Rejects with `apply-failed` naming the key whose row the shadow does not take.
   */
  async round(): Promise<RoundResult> {
    const rounds = await Promise.allSettled(
      this.#tables.map(async (table, index) => {
        if (table.delta.size === 0) return { taken: 0, leftover: [] };
        return table.turns.take('apply', () => this.#applyTable(index)); // I4
      }),
    );
    const failed = rounds.find((round) => round.status === 'rejected');
    if (failed) throw failed.reason;
    const done = rounds.map((round) => (round as PromiseFulfilledResult<TableRound>).value);
    return {
      applied: done.reduce((sum, { taken, leftover }) => sum + taken - leftover.length, 0),
      leftover: done.map(({ leftover }) => leftover),
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.close()));
  }

  async #applyTable(index: number): Promise<TableRound> {
    const table = this.#tables[index]!;
    const keys = table.delta.takeAll();
    const batches = batchesOf(keys, table.mapping.key.byteExact);
    const leftover: PendingKey[] = [];
    const found: KeyLiteral[] = [];
    // Deletes first: where a literal hits another key's row, that key's own write comes after it.
    for (const kind of ['deleted', 'unknown', 'written'] as const) {
      await Promise.all(
        batches[kind].map((batch) =>
          this.#workers.run(async (session) => {
            const { mapping, sql, conflicts } = table;
            const context = { session, mapping, sql, conflicts, lockingRead: this.#safeties.lockingRead };
            const result = await applyBatch(context, kind, batch);
            leftover.push(...result.leftover);
            found.push(...result.found);
          }),
        ),
      );
    }
    table.conflicts.endRound();
    table.delta.finish(leftover);
    for (const key of found) table.delta.add(key, 'unknown');
    this.#onApplied(
      index,
      keys.map(({ key }) => key),
    );
    return { taken: keys.length, leftover };
  }
}

interface TableRound {
  readonly taken: number;
  readonly leftover: readonly PendingKey[];
}

const applyByKind = { written: applyWritten, deleted: applyDeleted, unknown: applyUnknown };

/** One batch, sent again when it lost a lock; a key whose row is refused is singled out and named. */
async function applyBatch(context: BatchContext, kind: PendingKind, keys: readonly KeyLiteral[]): Promise<BatchResult> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await applyByKind[kind](context, keys);
    } catch (error) {
      if (!(error instanceof ServerError) || error.connectionLost) throw error;
      await context.session.execute('ROLLBACK');
      if (error.isLockFailure && attempt <= lockRetries) continue;
      if (error.isLockFailure) return { leftover: keys.map((key) => ({ key, kind })), found: [] };
      if (!error.refusesRow) throw error;
      if (keys.length === 1) {
        if (error.errno === errno.dupEntry && !context.conflicts.lasts(keys[0]!))
          return { leftover: [{ key: keys[0]!, kind }], found: [] };
        throw refusedRow(context.mapping, keys[0]!, error);
      }
      return halved(context, kind, keys);
    }
  }
}

async function halved(context: BatchContext, kind: PendingKind, keys: readonly KeyLiteral[]): Promise<BatchResult> {
  const middle = keys.length >> 1;
  const first = await applyBatch(context, kind, keys.slice(0, middle));
  const second = await applyBatch(context, kind, keys.slice(middle));
  return { leftover: [...first.leftover, ...second.leftover], found: [...first.found, ...second.found] };
}

function refusedRow(mapping: TableMapping, key: KeyLiteral, cause: ServerError): TideoverError {
  return new TideoverError(
    'apply-failed',
    `the new structure of ${mapping.table} does not take the row with key ${key}: ${cause.message}`,
    {
      cause,
      facts: { table: mapping.table, key, errno: cause.errno },
      hint: 'Mend the row in the source (its next change is applied) and run again, or abort and change the ALTER.',
    },
  );
}

/** Splits by kind, sorts (neighbouring keys share pages: 1.8 times faster, peers.md) and cuts into batches. */
function batchesOf(keys: readonly PendingKey[], byteExact: boolean): Record<PendingKind, KeyLiteral[][]> {
  const byKind: Record<PendingKind, KeyLiteral[]> = { written: [], deleted: [], unknown: [] };
  for (const { key, kind } of keys) byKind[kind === 'deleted' && !byteExact ? 'unknown' : kind].push(key);
  const cut = (kind: PendingKind): KeyLiteral[][] => {
    const sorted = byKind[kind].sort(inKeyOrder);
    const batches: KeyLiteral[][] = [];
    for (let start = 0; start < sorted.length; start += batchSize[kind])
      batches.push(sorted.slice(start, start + batchSize[kind]));
    return batches;
  };
  return { written: cut('written'), deleted: cut('deleted'), unknown: cut('unknown') };
}

/** Roughly the index's order; only speed depends on it. Shorter integers are smaller ones. */
function inKeyOrder(a: KeyLiteral, b: KeyLiteral): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}
