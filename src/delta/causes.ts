import { comparePositions, type BinlogPosition, type Reference } from '../binlog/source.js';
import type { ReferentialAction } from '../schema/foreign-keys.js';
import type { KeyLiteral } from '../schema/table.js';
import type { CascadeEdge, CascadeGraph } from './cascade-graph.js';
import type { DeltaSet } from './delta-set.js';

/**
 * Why rows of an edge's child may have changed without an event: what became of a value that they refer to. Values are literals of the
 * parent's columns.
 */
export interface Cause {
  /** The shadow's children of this value are in doubt. */
  readonly gone: KeyLiteral | null;
  /** The children of this value are in doubt in the shadow and, new ones, in the source. */
  readonly now: KeyLiteral | null;
  /** Not to be looked at before this row of the parent is applied. */
  readonly awaits: KeyLiteral | null;
  /** The transaction behind it is known to be visible (I3). */
  readonly visible: boolean;
}

interface Entry extends Cause {
  /** When it, or what it comes from, was heard of. */
  since: number;
}

/** A row of a parent that a cause has led to. Where it has come again, only its event leads on: so it is not done with before that is heard. */
interface Carried {
  /** Age of the cause. */
  readonly since: number;
  /** Where the log ended when the row had been applied; null before. */
  logEnd: BinlogPosition | null;
}

interface Applied {
  readonly table: number;
  readonly keys: readonly KeyLiteral[];
  readonly logEnd: BinlogPosition;
}

/** The log, as far as it is needed to tell what is on its way from what is not. */
export interface LogView {
  /** Up to where it has been read. */
  readonly position: BinlogPosition;
  /** Where it ends now. */
  end(): Promise<BinlogPosition>;
}

/** A cause that waits, by the name of its foreign key. */
export interface PendingCause extends Cause {
  readonly child: string;
  readonly foreignKey: string;
}

/**
 * The causes that are still to be looked into. A transaction that deletes a parent, or changes what its children refer to, gives the first ones.
 * Where the children are parents themselves, the change of their shadow rows gives the next ones: so a cascade is followed level by level, and whatever was
 * lost between two levels is found by the *replaced* values of shadow rows, not by guessing.
 *
 * A row of such a table that an event names may have been the parent of rows in the shadow without being in the shadow itself. So its referenced value
 * is looked up as well, once it is applied (`awaits`).
 */
export class Causes {
  readonly #graph: CascadeGraph;
  readonly #deltas: readonly DeltaSet[];
  readonly #waiting: readonly Map<string, Entry>[];
  /** Keys of parents that were put into their delta set by a cause, by table. */
  readonly #carried: readonly Map<KeyLiteral, Carried>[];
  /** Those that have been applied, in the order of the log. */
  readonly #applied: Applied[] = [];
  #clock = 0;

  constructor(graph: CascadeGraph, deltas: readonly DeltaSet[]) {
    this.#graph = graph;
    this.#deltas = deltas;
    this.#waiting = graph.edges.map(() => new Map());
    this.#carried = deltas.map(() => new Map());
  }

  get size(): number {
    return this.#waiting.reduce((sum, { size }) => sum + size, 0);
  }

  /** What the log says of a referenced value. */
  referenced(parent: number, list: number, { kind, gone, now, key }: Reference): void {
    const perishes = this.#graph.perishes(parent);
    for (const edge of this.#edges(parent, list)) {
      const { onDelete, onUpdate } = edge.foreignKey;
      if (gone !== null && acts(kind === 'deleted' ? onDelete : onUpdate))
        this.#add(edge, { gone, now: edge.seeksNew ? now : null, awaits: null, visible: false });
      if (now !== null && perishes)
        this.#add(edge, { gone: now, now: null, awaits: key, visible: true }, this.#carried[parent]!.get(key!)?.since);
    }
  }

  /** A shadow row of `parent` was applied and does not have the referenced value any more. */
  replaced(parent: number, list: number, value: KeyLiteral, key: KeyLiteral): void {
    const since = this.#carried[parent]!.get(key)?.since;
    for (const edge of this.#edges(parent, list))
      this.#add(edge, { gone: value, now: null, awaits: null, visible: true }, since);
  }

  /**
   * The row was read, but the shadow does not take it beside another one. That may be a child which only the cause that awaits this row leads to; what the row's
   * transaction did is visible, so the cause need not wait.
   */
  collided(parent: number, key: KeyLiteral): void {
    if (this.#deltas[parent]!.isPending(key)) return; // of the change that was heard of since nothing is known
    for (const edge of this.#graph.outOf(parent)) {
      const waiting = this.#waiting[edge.index]!;
      for (const [id, cause] of waiting) {
        if (cause.awaits !== key) continue;
        waiting.delete(id);
        this.#add(edge, { ...cause, awaits: null }, cause.since);
      }
    }
  }

  /** Rows of `parent` were found in the source that a cascade gave this value. */
  renewed(parent: number, list: number, value: KeyLiteral, because: readonly Cause[]): void {
    for (const edge of this.#edges(parent, list))
      if (edge.seeksNew) this.#add(edge, { gone: null, now: value, awaits: null, visible: true }, oldest(because));
  }

  /** What can be looked into now. */
  ready(edge: CascadeEdge): Cause[] {
    const causes = [...this.#waiting[edge.index]!.values()];
    return causes.filter(({ awaits }) => awaits === null || !this.#deltas[edge.parent]!.has(awaits));
  }

  hasReady(child: number): boolean {
    return this.#graph.into(child).some((edge) => this.ready(edge).length > 0);
  }

  /** These were looked into: their children are in the delta set. */
  finish(edge: CascadeEdge, causes: readonly Cause[], children: readonly KeyLiteral[]): void {
    const delta = this.#deltas[edge.child]!;
    for (const key of children) delta.add(key, 'unknown');
    const waiting = this.#waiting[edge.index]!;
    // Heard of again meanwhile, it is another one.
    for (const cause of causes) if (waiting.get(idOf(cause)) === cause) waiting.delete(idOf(cause));
    if (this.#graph.outOf(edge.child).length === 0) return;
    const carried = this.#carried[edge.child]!;
    const since = oldest(causes);
    for (const key of children)
      carried.set(key, { since: Math.min(since, carried.get(key)?.since ?? since), logEnd: null });
  }

  /** A round of the table has ended. */
  async endRound(table: number, log: LogView): Promise<void> {
    this.heard(log.position);
    const carried = this.#carried[table]!;
    for (const edge of this.#graph.outOf(table))
      for (const cause of this.#waiting[edge.index]!.values())
        if (cause.awaits !== null) cause.since = Math.min(cause.since, carried.get(cause.awaits)?.since ?? cause.since);
    const isApplied = (key: KeyLiteral): boolean => carried.get(key)?.logEnd === null && !this.#deltas[table]!.has(key);
    if (![...carried.keys()].some(isApplied)) return;
    const end = await log.end();
    const keys = [...carried.keys()].filter(isApplied);
    for (const key of keys) carried.get(key)!.logEnd = end;
    this.#applied.push({ table, keys, logEnd: end });
  }

  /** The log is heard up to there. */
  heard(position: BinlogPosition): void {
    while (this.#applied.length > 0 && comparePositions(this.#applied[0]!.logEnd, position) <= 0) {
      const { table, keys, logEnd } = this.#applied.shift()!;
      const carried = this.#carried[table]!;
      for (const key of keys) if (carried.get(key)?.logEnd === logEnd) carried.delete(key);
    }
  }

  /** Now, for `passed`. */
  get clock(): number {
    return this.#clock;
  }

  /** Everything that was heard of up to `clock` is in the delta sets, with all that follows from it; `but` some keys of a table, which need not be applied. */
  passed(clock: number, but?: { readonly table: number; readonly keys: { has(key: KeyLiteral): boolean } }): boolean {
    const isOlder = (since: number): boolean => since <= clock;
    return (
      this.#waiting.every((entries) => ![...entries.values()].some(({ since }) => isOlder(since))) &&
      this.#carried.every(
        (keys, table) =>
          ![...keys].some(([key, { since }]) => isOlder(since) && !(table === but?.table && but.keys.has(key))),
      )
    );
  }

  /** For the checkpoint (I5). */
  get pending(): PendingCause[] {
    return this.#graph.edges.flatMap((edge) =>
      [...this.#waiting[edge.index]!.values()].map(({ gone, now, awaits, visible }) => ({
        child: edge.foreignKey.child.table,
        foreignKey: edge.foreignKey.name,
        gone,
        now,
        awaits,
        visible,
      })),
    );
  }

  /** Takes up what a checkpoint has; false when its foreign key is not in the plan. */
  restore({ child, foreignKey, ...cause }: PendingCause): boolean {
    const edge = this.#graph.edges.find(
      (candidate) => candidate.foreignKey.name === foreignKey && candidate.foreignKey.child.table === child,
    );
    if (edge) this.#add(edge, cause);
    return edge !== undefined;
  }

  #edges(parent: number, list: number): CascadeEdge[] {
    return this.#graph.outOf(parent).filter((edge) => edge.list === list);
  }

  #add(edge: CascadeEdge, cause: Cause, since = (this.#clock += 1)): void {
    const waiting = this.#waiting[edge.index]!;
    const known = waiting.get(idOf(cause));
    waiting.set(idOf(cause), {
      ...cause,
      visible: cause.visible && (known?.visible ?? true),
      since: Math.min(since, known?.since ?? since),
    });
  }
}

/** Causes come from `ready` and are entries. */
function oldest(causes: readonly Cause[]): number {
  return Math.min(...causes.map((cause) => (cause as Entry).since));
}

function acts(action: ReferentialAction): boolean {
  return action === 'CASCADE' || action === 'SET NULL';
}

function idOf({ gone, now, awaits }: Cause): string {
  return `${gone}\0${now}\0${awaits}`;
}
