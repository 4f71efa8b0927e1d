import { currentPosition } from '../binlog/position.js';
import type { BinlogSource } from '../binlog/source.js';
import { ServerError } from '../db/server-error.js';
import type { Server } from '../db/server.js';
import type { Session } from '../db/session.js';
import type { CascadeEdge, CascadeGraph } from '../delta/cascade-graph.js';
import type { Causes, LogView } from '../delta/causes.js';
import type { DeltaSet, PendingKey, PendingKind } from '../delta/delta-set.js';
import type { Turns } from '../delta/turns.js';
import type { KeyLiteral, TableMapping } from '../schema/table.js';
import type { Safeties } from '../util/safeties.js';
import { slices } from '../util/slices.js';
import { Workers } from '../util/workers.js';
import { applySqlOf, type ApplySql } from './apply-sql.js';
import { applyBatch, refusedRow } from './attempts.js';
import { causesAtOnce, findChildren, type PassedOn } from './children.js';
import { Conflicts } from './conflicts.js';
import { ReplacedValues } from './references.js';

/** One migrated table as the applier sees it. */
export interface AppliedTable {
  readonly mapping: TableMapping;
  readonly delta: DeltaSet;
  readonly turns: Turns;
  /** A REPLACE may evict other rows through a unique key (schema/uniqueness.ts). */
  readonly replaces: boolean;
}

/** What InnoDB changes without an event, and why. Tables are indexes of the applier's. */
export interface Cascades {
  readonly graph: CascadeGraph;
  readonly causes: Causes;
}

export interface ApplierOptions {
  readonly server: Server;
  readonly tables: readonly AppliedTable[];
  readonly cascades: Cascades;
  readonly tail: Pick<BinlogSource, 'position'>;
  readonly workers: number;
  readonly safeties: Safeties;
  /** Is told of every key of a finished round. */
  readonly onApplied: (table: number, keys: readonly KeyLiteral[]) => void;
  /**
   * Whether a chunk of the table may still begin. An event can come before its commit is visible (I3): a chunk could then still see what the event
   * says is gone, and nothing would be left to take it away. So meanwhile deletes are decided by a read, which finds the row locked until then.
   */
  readonly isCopying: (table: number) => boolean;
}

/** What a round left: keys that the service had locked, by table index. Empty lists mean that everything known at its start is in the shadow. */
export interface RoundResult {
  readonly applied: number;
  readonly leftover: readonly (readonly PendingKey[])[];
}

/**
 * Keys of a batch. 500 share locks in one statement are held for a few ms; with SKIP LOCKED the service's transactions
 * were never chosen as deadlock victims by it: that was measured. One locked row makes a batch of unknown keys be halved, so fewer.
 */
const batchSize: Record<PendingKind, number> = { written: 500, deleted: 500, unknown: 200 };

/** Makes the shadow follow the source, in rounds. The only writer of shadow rows besides the copier. */
export class Applier {
  readonly #tables: readonly TableState[];
  readonly #cascades: Cascades;
  readonly #server: Server;
  #sessions: readonly Session[];
  #workers: Workers<Session>;
  readonly #isCopying: (table: number) => boolean;
  readonly #log: LogView;
  readonly #safeties: Safeties;
  readonly #onApplied: (table: number, keys: readonly KeyLiteral[]) => void;

  private constructor(options: ApplierOptions, sessions: readonly Session[]) {
    const { server, tables, cascades, tail, safeties, onApplied, isCopying } = options;
    this.#log = {
      get position() {
        return tail.position;
      },
      end: () => this.#workers.run(currentPosition),
    };
    this.#tables = tables.map((table, index) => ({
      ...table,
      sql: applySqlOf(table.mapping, table),
      conflicts: new Conflicts({ delta: table.delta, causes: cascades.causes, table: index, log: this.#log }),
      replacedValues: new ReplacedValues(table.mapping, cascades.graph.shadowLists(index)),
    }));
    this.#server = server;
    this.#cascades = cascades;
    this.#sessions = sessions;
    this.#workers = new Workers(sessions);
    this.#safeties = safeties;
    this.#onApplied = onApplied;
    this.#isCopying = isCopying;
  }

  /** Opens `workers` sessions. */
  static async open(options: ApplierOptions): Promise<Applier> {
    return new Applier(options, await openSessions(options.server, options.workers));
  }

  /**
   * Applies every key that is pending now and what its causes add to them, all tables and their batches over the same workers.
   * Rejects with `apply-failed` naming the key whose row the shadow does not take.
   */
  async round(): Promise<RoundResult> {
    const rounds = await Promise.allSettled(
      this.#tables.map(async (table, index) => {
        if (table.delta.size === 0 && !this.#cascades.causes.hasReady(index)) return { taken: 0, leftover: [] };
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

  /** Applies over so many sessions from now on. Not while a round is under way. */
  async resize(workers: number): Promise<void> {
    if (workers === this.#sessions.length) return;
    const [kept, surplus] = [this.#sessions.slice(0, workers), this.#sessions.slice(workers)];
    this.#sessions = [...kept, ...(await openSessions(this.#server, workers - kept.length))];
    this.#workers = new Workers(this.#sessions);
    await Promise.all(surplus.map((session) => session.close()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.close()));
  }

  async #applyTable(index: number): Promise<TableRound> {
    const table = this.#tables[index]!;
    const { graph, causes } = this.#cascades;
    await Promise.all(graph.into(index).map((edge) => this.#lookInto(edge)));
    const keys = table.delta.takeAll();
    const mayLie = this.#safeties.deletesDecided && this.#isCopying(index);
    const batches = batchesOf(keys, table.mapping.key.byteExact && !mayLie);
    const perishes = graph.perishes(index);
    const leftover: PendingKey[] = [];
    // Deletes first: a row whose key changed to one that the shadow takes for the same is in its own way.
    for (const kind of ['deleted', 'unknown', 'written'] as const) {
      await Promise.all(
        batches[kind].map((batch) =>
          this.#workers.run(async (session) => {
            const context = { ...table, session, lockingRead: this.#safeties.lockingRead };
            const { result, replaced } = await table.replacedValues.during(session, batch, () =>
              applyBatch(context, kind, batch),
            );
            for (const { list, value, key } of replaced) causes.replaced(index, list, value, key);
            leftover.push(...result.map((pending) => (perishes ? undecided(pending) : pending)));
          }),
        ),
      );
    }
    const lasting = await table.conflicts.endRound(new Set(leftover.map(({ key }) => key)));
    if (lasting !== null) throw refusedRow(table.mapping, lasting);
    table.delta.finish(leftover);
    await causes.endRound(index, this.#log);
    this.#onApplied(
      index,
      keys.map(({ key }) => key),
    );
    return { taken: keys.length, leftover };
  }

  /** Puts the rows that an edge's causes leave in doubt into the delta set. */
  async #lookInto(edge: CascadeEdge): Promise<void> {
    const { graph, causes } = this.#cascades;
    const child = this.#tables[edge.child]!.mapping;
    const changed = new Set(edge.columns.map(({ source }) => source.name));
    const passesOn: PassedOn[] = graph
      .outOf(edge.child)
      .filter(({ seeksNew, parentColumns }) => seeksNew && parentColumns.some(({ name }) => changed.has(name)))
      .map(({ list, parentColumns }) => ({ list, columns: parentColumns }));
    await Promise.all(
      slices(causes.ready(edge), causesAtOnce).map((some) =>
        this.#workers.run(async (session) => {
          const parent = graph.watched[edge.parent]!.source;
          const lookup = { session, edge, child, parent, passesOn, lockingRead: this.#safeties.lockingRead };
          try {
            const found = await findChildren(lookup, some);
            for (const { list, value } of found.renewed) causes.renewed(edge.child, list, value, found.causes);
            causes.finish(edge, found.causes, found.children);
          } catch (error) {
            // They wait for the next round.
            if (!(error instanceof ServerError) || !error.isLockFailure) throw error;
          }
        }),
      ),
    );
  }
}

const sessionSetup = ['SET SESSION innodb_lock_wait_timeout = 1'];

function openSessions(server: Server, count: number): Promise<readonly Session[]> {
  return server.connectAll(count, 'applying changes', sessionSetup);
}

interface TableState extends AppliedTable {
  readonly sql: ApplySql;
  readonly conflicts: Conflicts;
  readonly replacedValues: ReplacedValues;
}

interface TableRound {
  readonly taken: number;
  readonly leftover: readonly PendingKey[];
}

/** `trustsDeletes`: what an event says is gone, is. Splits by kind, sorts (neighbouring keys share pages: 1.8 times faster, measured) and cuts into batches. */
function batchesOf(keys: readonly PendingKey[], trustsDeletes: boolean): Record<PendingKind, KeyLiteral[][]> {
  const byKind: Record<PendingKind, KeyLiteral[]> = { written: [], deleted: [], unknown: [] };
  for (const { key, kind } of keys) byKind[kind === 'deleted' && !trustsDeletes ? 'unknown' : kind].push(key);
  const cut = (kind: PendingKind): KeyLiteral[][] => slices(byKind[kind].sort(inKeyOrder), batchSize[kind]);
  return { written: cut('written'), deleted: cut('deleted'), unknown: cut('unknown') };
}

/** Roughly the index's order; only speed depends on it. Shorter integers are smaller ones. */
function inKeyOrder(a: KeyLiteral, b: KeyLiteral): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** A row that a cascade may have removed has no event that says so: its absence is decided by a read. */
function undecided({ key, kind }: PendingKey): PendingKey {
  return { key, kind: kind === 'written' ? 'unknown' : kind };
}
