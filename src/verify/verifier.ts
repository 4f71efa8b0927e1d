import type { BinlogSource } from '../binlog/source.js';
import { snapshotPosition } from '../binlog/position.js';
import type { Server } from '../db/server.js';
import type { Session } from '../db/session.js';
import type { CascadeGraph } from '../delta/cascade-graph.js';
import type { DeltaSet } from '../delta/delta-set.js';
import { TideoverError } from '../errors.js';
import type { KeyLiteral, TableMapping } from '../schema/table.js';
import type { Admit } from '../util/admit.js';
import { runCrew } from '../util/crew.js';
import { slices } from '../util/slices.js';
import { compareKeys, type Comparison } from './compare.js';
import { findOrphans, orphanPass, type OrphanPass } from './orphans.js';
import { passesOf, type Pass } from './passes.js';

/** One migrated table as the verifier sees it. */
export interface VerifiedTable {
  readonly mapping: TableMapping;
  readonly delta: DeltaSet;
}

/** Keys that are compared by one statement; the statement's text stays below 100 kB. */
const keysPerStatement = 500;
/** Unexplained differences of one row, each followed by a repair, after which the row cannot be made equal. */
const repairsBeforeFailure = 3;
export const comparingSessions = 2;
/** How long the tail may take to reach a comparison's read view. */
const tailDeadlineMs = 600_000;

/**
 * Compares both sides while the service writes (I9). A difference is *explained* when its key changed, waited or was applied
 * between the comparison's start and the moment the tail had reached the comparison's read view, and what InnoDB had changed without an event until then
 * was found; such keys are applied and compared
 * again like every other applied key (they are *dirty*). An unexplained difference is repaired, and fails the run when that does not help.
 */
export class Verifier {
  readonly #server: Server;
  readonly #tables: readonly VerifiedTable[];
  readonly #tail: BinlogSource;
  readonly #cascades: CascadeGraph;
  readonly #causesFollowed: () => Promise<void>;
  readonly #dirty: readonly Set<KeyLiteral>[];
  readonly #suspects: readonly Map<KeyLiteral, number>[];
  readonly #onDiffering: (table: string, keys: readonly KeyLiteral[]) => void;
  readonly #mostDirty: () => number;
  readonly #mayCompareDirty: () => boolean;
  #sessions: Promise<readonly Session[]> | undefined;
  #comparing: Promise<void> = Promise.resolve();
  #comparisons = 0;
  /** Keys that are being compared, by table: what comes of it is not known yet. */
  #inHand: readonly (readonly KeyLiteral[])[] = [];
  #active = false;
  /** Tables of which more was applied than can be remembered. */
  #unscanned = new Set<number>();
  #rowsVerified = 0;
  #rowsRepaired = 0;

  constructor(options: {
    readonly server: Server;
    readonly tables: readonly VerifiedTable[];
    readonly tail: BinlogSource;
    readonly cascades: CascadeGraph;
    /** Resolves when the children of every value that the tail has told of so far, and theirs, are in the delta sets or applied. */
    readonly causesFollowed: () => Promise<void>;
    /** Told of unexplained differences, before they are repaired. */
    readonly onDiffering: (table: string, keys: readonly KeyLiteral[]) => void;
    /** How many keys are remembered to be compared by name; behind that every row is compared once more (I8). */
    readonly mostDirty: () => number;
    /** What is dirty would not just change again. */
    readonly mayCompareDirty: () => boolean;
  }) {
    this.#server = options.server;
    this.#tables = options.tables;
    this.#tail = options.tail;
    this.#cascades = options.cascades;
    this.#causesFollowed = options.causesFollowed;
    this.#dirty = options.tables.map(() => new Set());
    this.#suspects = options.tables.map(() => new Map());
    this.#onDiffering = options.onDiffering;
    this.#mostDirty = options.mostDirty;
    this.#mayCompareDirty = options.mayCompareDirty;
  }

  /** Rows of the source that were compared; a row counts once per comparison. */
  get rowsVerified(): number {
    return this.#rowsVerified;
  }

  get rowsRepaired(): number {
    return this.#rowsRepaired;
  }

  /** Keys that were applied since their last comparison, those that are being compared, and those under repair. */
  get unverified(): number {
    const inHand = this.#inHand.reduce((sum, keys) => sum + keys.length, 0);
    return [...this.#dirty, ...this.#suspects].reduce((sum, keys) => sum + keys.size, inHand);
  }

  /** More was applied than can be remembered: only `rescan` tells whether both sides are equal. */
  get needsScan(): boolean {
    return this.#unscanned.size > 0;
  }

  /** Those keys, of one table. */
  unverifiedOf(table: number): readonly KeyLiteral[] {
    return [...this.#dirty[table]!, ...this.#suspects[table]!.keys(), ...(this.#inHand[table] ?? [])];
  }

  /** From here on every applied key is compared; until now both sides are known to be equal, or a scan will tell. */
  begin(): void {
    this.#active = true;
  }

  /** To be told of every applied key: what changes after it was compared is compared again. */
  noteApplied(table: number, keys: readonly KeyLiteral[]): void {
    if (!this.#active) return;
    const [dirty, suspects] = [this.#dirty[table]!, this.#suspects[table]!];
    // What is under repair is compared by name all the same: a scan does not say what is equal again.
    for (const key of keys) if (!this.#unscanned.has(table) || suspects.has(key)) dirty.add(key);
    if (this.#dirtyKeys <= this.#mostDirty() || this.#unscanned.has(table)) return;
    this.#unscanned.add(table);
    for (const key of dirty) if (!suspects.has(key)) dirty.delete(key);
  }

  get #dirtyKeys(): number {
    return this.#dirty.reduce((sum, { size }) => sum + size, 0);
  }

  /** Compares every row of every table once; `admit` runs each range when it is welcome. Resolves when the last range was compared; dirty keys may remain. */
  async scan(workers: () => number, signal: AbortSignal, admit: Admit): Promise<void> {
    this.begin();
    this.#unscanned = new Set(this.#tables.keys());
    await this.rescan(workers, signal, admit);
  }

  /** The same for the tables of which more was applied than can be remembered. */
  async rescan(workers: () => number, signal: AbortSignal, admit: Admit): Promise<void> {
    const passes = [...this.#unscanned].flatMap((index) =>
      passesOf(this.#tables[index]!.mapping).map((pass) => ({ ranges: pass.ranges, pass, index })),
    );
    this.#unscanned = new Set();
    await this.#eachRange(workers, signal, admit, passes, (session, { index, pass }) =>
      this.#scanRange(session, index, pass),
    );
    await this.sweepOrphans(workers, signal, admit);
  }

  /**
   * Has every shadow row read again whose parent is not there, for each foreign key through which rows vanish without an event. A row whose parent was gone
   * before it came into the shadow cannot be found by its parent's shadow row.
   */
  async sweepOrphans(workers: () => number, signal: AbortSignal, admit: Admit): Promise<void> {
    const passes = this.#cascades.edges.map((edge) => orphanPass(edge, this.#tables[edge.child]!.mapping));
    await this.#eachRange(workers, signal, admit, passes, (session, pass) => this.#sweepRange(session, pass));
  }

  /** Works through the passes' ranges, each when it is welcome. */
  async #eachRange<P extends { readonly ranges: Pass['ranges'] }>(
    workers: () => number,
    signal: AbortSignal,
    admit: Admit,
    passes: readonly P[],
    work: (session: Session, pass: P) => Promise<void>,
  ): Promise<void> {
    if (passes.length === 0) return;
    await runCrew(workers, async (wanted) => {
      const session = await this.#server.connect('verifying', readingSetup);
      try {
        while (!signal.aborted && wanted()) {
          const next = passes.find(({ ranges }) => !ranges.ended);
          if (!next) return;
          await admit(() => (signal.aborted ? Promise.resolve() : work(session, next)));
        }
      } finally {
        await session.close();
      }
    });
  }

  /** Compares what is dirty when its turn comes, once; calls follow each other. What is applied meanwhile is left for the next one. */
  compareDirty(): Promise<void> {
    this.#comparisons += 1;
    const compared = this.#comparing.then(() => this.#compareDirtyNow()).finally(() => (this.#comparisons -= 1));
    this.#comparing = compared.catch(() => undefined);
    return compared;
  }

  /** A call of compareDirty is under way. */
  get isComparing(): boolean {
    return this.#comparisons > 0;
  }

  /** Resolves when no call of compareDirty is under way. */
  async idle(): Promise<void> {
    await this.#comparing;
  }

  async #compareDirtyNow(): Promise<void> {
    const inHand = this.#dirty.map((dirty) => {
      const keys = [...dirty];
      dirty.clear();
      return keys;
    });
    this.#inHand = inHand;
    const batches = inHand.flatMap((keys, index) =>
      slices(keys, keysPerStatement).map((batch) => ({ index, keys: batch })),
    );
    if (batches.length === 0) return;
    try {
      const sessions = await this.#dirtySessions();
      await Promise.all(
        sessions.map(async (session) => {
          for (let batch = batches.shift(); batch; batch = batches.shift()) {
            const { index, keys } = batch;
            await this.#compare(session, index, keys, (view) => compareKeys(view, this.#tables[index]!.mapping, keys));
          }
        }),
      );
    } finally {
      this.#inHand = [];
    }
  }

  async close(): Promise<void> {
    // Who asked for sessions that could not be had was told.
    const sessions = await this.#sessions?.catch(() => []);
    await Promise.all((sessions ?? []).map((session) => session.close()));
  }

  /** Kept open: under the lock there is no time to connect. */
  #dirtySessions(): Promise<readonly Session[]> {
    this.#sessions ??= this.#server.connectAll(comparingSessions, 'verifying', readingSetup);
    return this.#sessions;
  }

  async #scanRange(session: Session, index: number, pass: Pass): Promise<void> {
    const range = await pass.ranges.next(session);
    if (range === null) return;
    const startedAt = performance.now();
    await this.#compare(session, index, [], (view) => pass.compare(view, range));
    pass.ranges.took(range, performance.now() - startedAt);
    if (this.#dirtyKeys > this.#mostDirty() / 2 && this.#mayCompareDirty()) await this.compareDirty();
  }

  async #sweepRange(session: Session, { edge, ranges }: OrphanPass): Promise<void> {
    const range = await ranges.next(session);
    if (range === null) return;
    const startedAt = performance.now();
    const { mapping: child, delta } = this.#tables[edge.child]!;
    const parent = this.#cascades.watched[edge.parent]!.source;
    const parentShadow = this.#tables[edge.parent]?.mapping.shadow ?? null;
    for (const key of await findOrphans(session, edge, { child, parent, parentShadow }, range))
      delta.add(key, 'unknown');
    ranges.took(range, performance.now() - startedAt);
  }

  /** One comparison in one read view. `keys` are those that it compares by name; a scan compares without naming them. */
  async #compare(
    session: Session,
    index: number,
    keys: readonly KeyLiteral[],
    work: (session: Session) => Promise<Comparison>,
  ): Promise<void> {
    const { delta } = this.#tables[index]!;
    const observation = delta.observe();
    try {
      const position = await snapshotPosition(session);
      const comparison = await work(session);
      await session.execute('COMMIT');
      this.#rowsVerified += comparison.rows;
      const differing = new Set(comparison.differing);
      if (differing.size > 0) await this.#tail.reached(position, tailDeadlineMs);
      const untouched = (): KeyLiteral[] => [...differing].filter((key) => !observation.touched(key));
      if (untouched().length > 0) await this.#causesFollowed();
      const doubtful = untouched();
      const lasting = new Set(await this.#stillDiffering(session, index, doubtful));
      const unexplained = [...lasting].filter((key) => !observation.touched(key));
      for (const key of keys) if (!differing.has(key)) this.#isEqual(index, key);
      for (const key of doubtful) if (!lasting.has(key)) this.#isEqual(index, key);
      if (unexplained.length > 0) this.#suspect(index, unexplained);
    } finally {
      observation.end();
    }
  }

  /** A REPLACE may have evicted a row meanwhile that a cascade had taken, and nothing is noted of that. */
  async #stillDiffering(session: Session, index: number, keys: readonly KeyLiteral[]): Promise<readonly KeyLiteral[]> {
    if (keys.length === 0) return [];
    const position = await snapshotPosition(session);
    const differing: KeyLiteral[] = [];
    for (const some of slices(keys, keysPerStatement))
      differing.push(...(await compareKeys(session, this.#tables[index]!.mapping, some)).differing);
    await session.execute('COMMIT');
    if (differing.length > 0) await this.#tail.reached(position, tailDeadlineMs);
    return differing;
  }

  #isEqual(index: number, key: KeyLiteral): void {
    if (this.#suspects[index]!.delete(key)) this.#rowsRepaired += 1;
  }

  /** Has the keys read and written again; they come back as dirty. */
  #suspect(index: number, keys: readonly KeyLiteral[]): void {
    const { mapping, delta } = this.#tables[index]!;
    const suspects = this.#suspects[index]!;
    this.#onDiffering(mapping.table, keys);
    const lasting = keys.filter((key) => (suspects.get(key) ?? 0) >= repairsBeforeFailure);
    if (lasting.length > 0) throw mismatch(mapping.table, lasting);
    for (const key of keys) {
      suspects.set(key, (suspects.get(key) ?? 0) + 1);
      delta.add(key, 'unknown');
    }
  }
}

/** A session's transactions are read views. */
const readingSetup = ['SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ'];

function mismatch(table: string, keys: readonly KeyLiteral[]): TideoverError {
  const named = keys.slice(0, 10).join(', ');
  const more = keys.length > 10 ? ` and ${keys.length - 10} more` : '';
  return new TideoverError(
    'verification-failed',
    `${keys.length} row(s) of ${table} differ in the shadow and cannot be made equal: ${named}${more}`,
    {
      facts: { table, keys: keys.slice(0, 1000) },
      hint: 'Look at these rows: the change loses something of them. Nothing was switched; mend the rows or the ALTER, or abort.',
    },
  );
}
