import { Applier } from '../apply/applier.js';
import { comparePositions, type BinlogPosition, type BinlogSource } from '../binlog/source.js';
import { openTail } from '../binlog/tail.js';
import { Copier } from '../copy/copier.js';
import type { Server } from '../db/server.js';
import { CascadeGraph } from '../delta/cascade-graph.js';
import { Causes, type PendingCause } from '../delta/causes.js';
import { DeltaSet, type PendingKey } from '../delta/delta-set.js';
import { Turns } from '../delta/turns.js';
import { TideoverError } from '../errors.js';
import type { Checkpoint } from '../journal/journal.js';
import type { Plan } from '../plan/plan.js';
import type { TableMapping } from '../schema/table.js';
import { hasPeriodKey, uniqueKeysHoldAlready } from '../schema/uniqueness.js';
import type { Safeties } from '../util/safeties.js';
import type { Admit } from '../util/admit.js';
import { pause } from '../util/pause.js';
import { Supervisor } from '../util/supervisor.js';
import { Gate } from '../throttle/gate.js';
import { Pacer } from '../throttle/pacer.js';
import { Verifier } from '../verify/verifier.js';
import type { Settings } from './options.js';

/** A table that is copied or followed, with the state of its tail: what is pending, and whose turn it is. */
export interface EngineTable {
  readonly mapping: TableMapping;
  readonly delta: DeltaSet;
  readonly turns: Turns;
  /** A REPLACE may evict other rows through a unique key. */
  readonly replaces: boolean;
}

/** Where the tail stands in the shadow: every change up to `position` is applied, but for `leftover` (by table index). */
interface Applied {
  readonly position: BinlogPosition;
  readonly loggedAtS: number | null;
  readonly leftover: readonly (readonly PendingKey[])[];
}

/** The newest place from which nothing would be missed. */
interface Resumable {
  readonly position: BinlogPosition;
  readonly loggedAtS: number | null;
  /** When the first thing was logged that arrived here. */
  readonly firstLoggedAtS: number | null;
}

/** A round waits at least this long after the last one while chunks are copied: each round makes the copiers wait. Hurrying is for the cutover. */
const roundIntervalMs = { copying: 250, following: 10, hurrying: 10 };
/** While a throttle has a reason: few rounds of many keys cost the server less, for a hot key counts once; and the position moves on. */
const throttledIntervalMs = 5_000;
/** Keys of backlog and of unverified rows with which the cutover is tried: at first some ms of drain, at last some 100 ms. */
const quietKeys = { first: 500, last: 8_000 };
const passesToRelax = 8;
/** A round of fewer keys is mostly overhead. */
const tellingKeys = 100;

/** How long a comparison waits for causes whose parents are locked: then it judges without them, and at worst repairs what they explain. */
const followCausesMs = 5_000;

/** The backlog is looked at once in so many changes: with 200 tables it is a sum of 200 numbers. */
const changesPerLook = 100;

type Pace = keyof typeof roundIntervalMs;
/** Backlog at which a round does not wait for its interval. */
const urgentBacklog = 20_000;
/** The tail is paused at the option's limit and goes on below this share of it; copying yields at this share, too. */
const lowWater = 0.6;

/**
 * The moving parts of one run, wired: tail → delta sets → applier, with copier and verifier beside them.
 * It decides nothing about the order of a migration; `run.ts` does.
 */
export class Engine {
  /** The copied tables of the plan, and behind them those that stay and are followed. */
  readonly tables: readonly EngineTable[];
  readonly tail: BinlogSource;
  readonly applier: Applier;
  readonly copier: Copier;
  readonly verifier: Verifier;
  readonly supervisor: Supervisor;
  readonly #causes: Causes;
  readonly #settings: Settings;
  readonly #signal: AbortSignal;
  readonly #gate: Gate;
  readonly #pacer: Pacer;
  /** The newest place from which nothing would be missed; behind `tail.position` while XA transactions are prepared. */
  readonly #resumable: Resumable;
  #applied: Applied;
  #changesApplied = 0;
  #rounds: Promise<unknown> = Promise.resolve();
  #keysPerS: number | null = null;
  #pace: Pace = 'following';
  #held = false;
  #tailPaused = false;
  /** An operator said that nothing is to be copied, compared or applied. */
  #paused = false;
  /** The log that is still needed will be purged soon: the pause does not hold for applying. */
  #logEnds = false;

  private constructor(parts: {
    settings: Settings;
    tables: readonly EngineTable[];
    causes: Causes;
    resumable: Resumable;
    tail: BinlogSource;
    applier: Applier;
    copier: Copier;
    verifier: Verifier;
    supervisor: Supervisor;
  }) {
    this.#settings = parts.settings;
    this.tables = parts.tables;
    this.#causes = parts.causes;
    this.tail = parts.tail;
    this.applier = parts.applier;
    this.copier = parts.copier;
    this.verifier = parts.verifier;
    this.supervisor = parts.supervisor;
    this.#signal = AbortSignal.any([parts.settings.signal, parts.supervisor.signal]);
    this.#resumable = parts.resumable;
    this.#gate = new Gate(this.#signal);
    this.#pacer = new Pacer(this.#gate, () => parts.tail.counters.transactions);
    this.#applied = { position: parts.resumable.position, loggedAtS: null, leftover: [] };
  }

  /** Opens the tail at the checkpoint and everything that stands on it; the applier's loop runs when this resolves. */
  static async open(options: {
    readonly server: Server;
    readonly settings: Settings;
    readonly safeties: Safeties;
    readonly plan: Plan;
    readonly checkpoint: Checkpoint;
    /** By table; only the order of copying depends on it. */
    readonly rowsEstimated?: ReadonlyMap<string, number>;
    readonly onDiffering: (table: string, keys: readonly string[]) => void;
  }): Promise<Engine> {
    const { server, settings, safeties, plan, checkpoint } = options;
    const mappings = [...plan.tables, ...plan.foreignKeys.followed];
    const graph = new CascadeGraph(mappings, plan.foreignKeys, { capturing: safeties.cascades });
    const tables = mappings.map((mapping, index) => ({
      mapping,
      delta: new DeltaSet(),
      turns: new Turns({ excluding: safeties.exclusion }),
      replaces: uniqueKeysHoldAlready(mapping) && !graph.losesByEviction(index) && !hasPeriodKey(mapping.shadow),
    }));
    const causes = new Causes(
      graph,
      tables.map(({ delta }) => delta),
    );
    restorePending(checkpoint, tables, causes);
    const supervisor = new Supervisor();
    const resumable: { -readonly [K in keyof Resumable]: Resumable[K] } = {
      position: checkpoint.position,
      loggedAtS: null,
      firstLoggedAtS: null,
    };
    // Changes may arrive before the engine exists.
    const backPressure: { apply: () => void } = { apply: () => undefined };
    const tail = await openTail({
      server,
      from: checkpoint.position,
      watched: graph.watched,
      sink: {
        change: (table, kind, key) => {
          tables[table]!.delta.add(key, kind);
          backPressure.apply();
        },
        referenced: (table, list, reference) => {
          causes.referenced(table, list, reference);
          backPressure.apply();
        },
        commit: (position, loggedAtS) => {
          // While an XA transaction is prepared the position stays, and so does its age.
          if (comparePositions(position, resumable.position) === 0 && resumable.loggedAtS !== null) return;
          resumable.position = position;
          resumable.loggedAtS = loggedAtS;
          resumable.firstLoggedAtS ??= loggedAtS;
        },
      },
    });
    const rounds: { follow: () => Promise<void> } = { follow: () => Promise.resolve() };
    const verifier = new Verifier({
      server,
      tables,
      tail,
      cascades: graph,
      causesFollowed: () => rounds.follow(),
      onDiffering: options.onDiffering,
    });
    const copier = new Copier({
      server,
      tables: tables.map((table) => {
        const state = checkpoint.tables.find((candidate) => candidate.table === table.mapping.table);
        return {
          ...table,
          watermark: state?.watermark ?? null,
          copyDone: state?.copyDone ?? false,
          rowsCopied: state?.rowsCopied ?? 0,
          rowsEstimated: options.rowsEstimated?.get(table.mapping.table) ?? 0,
        };
      }),
      workers: () => settings.copyWorkers,
      chunkTimeMs: () => settings.chunkTimeMs,
    });
    const applier = await Applier.open({
      server,
      tables,
      cascades: { graph, causes },
      workers: settings.applyWorkers,
      safeties,
      onApplied: (table, keys) => verifier.noteApplied(table, keys),
      isCopying: (table) => !copier.isDone(table),
    }).catch(async (error: unknown) => {
      await tail.stop();
      throw error;
    });
    const opened = new Engine({ settings, tables, causes, resumable, tail, applier, copier, verifier, supervisor });
    let changes = 0;
    backPressure.apply = () => {
      if (++changes % changesPerLook === 0) opened.limitBacklog();
    };
    rounds.follow = () => opened.#followCauses();
    void tail.failed.catch((error: unknown) => {
      supervisor.fail(error);
      if (error instanceof TideoverError && error.code === 'connection-lost') void server.giveUpIfSilent();
    });
    supervisor.background(() => opened.#follow());
    supervisor.background(() => opened.#pacer.loop(supervisor.signal));
    return opened;
  }

  /** Aborted when the user stops the run, and when any part of the engine fails. */
  get signal(): AbortSignal {
    return this.#signal;
  }

  /** Keys that wait to be applied, over all tables, and values whose children are still to be found. */
  get backlog(): number {
    return this.tables.reduce((sum, { delta }) => sum + delta.size, this.#causes.size);
  }

  /** Keys applied per second of the last rounds; null before the first one of a size that says something. */
  get keysPerS(): number | null {
    return this.#keysPerS;
  }

  get changesApplied(): number {
    return this.#changesApplied;
  }

  get rowsCopied(): number {
    return this.copier.states.reduce((sum, { rowsCopied }) => sum + rowsCopied, 0);
  }

  /**
   * What a restart would need now (I5): what was left of the rounds up to the applied position, and everything unfinished that reading the log again from
   * there would not bring back.
   */
  get checkpoint(): Checkpoint {
    const { position, leftover } = this.#applied;
    const pending = this.tables.flatMap(({ mapping: { table }, delta }, index) =>
      [...(leftover[index] ?? []), ...delta.unlogged].map(({ key, kind }) => ({ table, kind, key })),
    );
    const causes = this.#causes.pending.map((cause) => ({ cause }));
    return { position, pending: [...pending, ...causes], tables: this.copier.states };
  }

  /** Where a restart would begin to read, and when that was logged, s since 1970; null before anything has arrived. */
  get needed(): { readonly position: BinlogPosition; readonly loggedAtS: number | null } {
    const { position, loggedAtS } = this.#applied;
    return { position, loggedAtS: loggedAtS ?? this.#resumable.firstLoggedAtS };
  }

  /** Where throttles keep chunks and ranges waiting. */
  get gate(): Gate {
    return this.#gate;
  }

  /** Why copying waits now, as `signal observed op limit`, or null; beside what the throttles say. */
  get throttled(): string | null {
    return this.#overBacklog ?? this.#pacer.reason;
  }

  get #overBacklog(): string | null {
    const limit = Math.round(this.#settings.maxBacklog * lowWater);
    return this.backlog > limit ? `backlog ${this.backlog} > ${limit}` : null;
  }

  /** How often rounds come. */
  setPace(pace: Pace): void {
    this.#pace = pace;
  }

  /** No further round or comparison begins, and none is under way when this resolves: the shadow is being altered, or is the new source. */
  async holdRounds(): Promise<void> {
    this.#held = true;
    await this.#rounds;
    await this.verifier.idle();
  }

  followAgain(): void {
    this.#held = false;
  }

  /** Runs a chunk when copying is welcome: applying comes first, or the backlog would never end; then the service has its share. */
  readonly admit: Admit = async (work) => {
    while (this.#overBacklog !== null && !this.#signal.aborted) await pause(20, this.#signal);
    try {
      return await this.#gate.pass(work);
    } catch (error) {
      // Others may wait at the gate: they must not keep the failure waiting.
      this.supervisor.fail(error);
      throw error;
    }
  };

  /**
   * Nothing is copied, compared or applied from the end of what is under way on. The tail reads on, until as many keys as are allowed are in memory; the
   * server keeps the log from there.
   */
  pause(): void {
    this.#paused = true;
    this.#gate.close('operator');
  }

  resume(): void {
    this.#paused = false;
    this.#gate.open('operator');
  }

  get isPaused(): boolean {
    return this.#paused;
  }

  /** Whether the log that a restart would need is about to be purged: then a pause does not keep changes from being applied. */
  set logEnds(logEnds: boolean) {
    this.#logEnds = logEnds;
  }

  /** Resolves when no operator keeps the run paused. */
  async resumed(): Promise<void> {
    while (this.#paused && !this.#signal.aborted) await pause(20, this.#signal);
  }

  /** One round of the applier; rounds never overlap, and the failure of one is that of all that follow: its keys are in nobody's hands. */
  round(): Promise<void> {
    const round = this.#rounds.then(async () => {
      const { position, loggedAtS } = this.#resumable;
      await this.applier.resize(this.#settings.applyWorkers);
      const startedAt = performance.now();
      const { applied, leftover } = await this.applier.round();
      this.#learnSpeed(applied, performance.now() - startedAt);
      this.#changesApplied += applied;
      this.#applied = { position, loggedAtS, leftover };
      this.limitBacklog();
    });
    round.catch(() => undefined); // whoever asked for it is told
    this.#rounds = round;
    return round;
  }

  /**
   * Applies and compares until few keys are left of both, so that the drain under the lock takes some ms. Where the service writes faster
   * than that can be reached, more and more is accepted: a longer stall is better than a run that never ends.
   */
  async settle(): Promise<void> {
    let quiet = quietKeys.first;
    for (let pass = 1; !this.#signal.aborted; pass += 1) {
      await this.resumed();
      if (this.backlog <= quiet && this.verifier.unverified <= quiet) return;
      if (this.#compares) await this.verifier.compareDirty();
      // Lets the rounds have their turn, also when everything that is left is under repair.
      await pause(2, this.#signal);
      if (pass % passesToRelax === 0) quiet = Math.min(quiet * 2, quietKeys.last);
    }
  }

  /** Compares what was applied, until `signal`: whenever the locks are had, little is left for the drain. */
  async keepVerified(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (!this.#held && this.#compares) await this.verifier.compareDirty();
      await pause(20, signal);
    }
  }

  /** A large backlog comes first: what is compared before would change again. */
  get #compares(): boolean {
    return !this.#paused && this.verifier.unverified > 0 && this.backlog <= urgentBacklog;
  }

  /** I8: the tail waits while too many keys are in memory; the server keeps the log meanwhile. */
  limitBacklog(): void {
    const { backlog } = this;
    if (!this.#tailPaused && backlog >= this.#settings.maxBacklog) {
      this.#tailPaused = true;
      this.tail.pause();
    } else if (this.#tailPaused && backlog < this.#settings.maxBacklog * lowWater) {
      this.#tailPaused = false;
      this.tail.resume();
    }
  }

  /** Ends everything. What `work` still has under way (a chunk, a lock to be given back) ends first: nothing writes after the run. */
  async close(work: Promise<unknown>): Promise<void> {
    const ended = this.supervisor.end();
    await work.catch(() => undefined);
    await ended;
    await this.#rounds.catch(() => undefined);
    await this.tail.stop();
    await this.applier.close();
    await this.verifier.close();
  }

  /** Applies until the children of every value that was heard of so far are found. A parent that the service keeps locked ends it, too. */
  async #followCauses(): Promise<void> {
    const { clock } = this.#causes;
    const deadline = performance.now() + followCausesMs;
    while (!this.#causes.passed(clock) && performance.now() < deadline && !this.supervisor.signal.aborted) {
      await this.round();
      await pause(2, this.supervisor.signal);
    }
  }

  #learnSpeed(keys: number, ms: number): void {
    if (keys < tellingKeys) return;
    const keysPerS = (1_000 * keys) / Math.max(ms, 1);
    this.#keysPerS = this.#keysPerS === null ? keysPerS : (this.#keysPerS + keysPerS) / 2;
  }

  async #follow(): Promise<void> {
    const { signal } = this.supervisor;
    let lastRound = performance.now();
    while (!signal.aborted) {
      if (!this.#isRoundDue(performance.now() - lastRound)) {
        await pause(5, signal);
        continue;
      }
      await this.round();
      lastRound = performance.now();
    }
  }

  #isRoundDue(sinceLastMs: number): boolean {
    if (this.#held || (this.#isResting && !this.#logEnds)) return false;
    if (this.backlog > urgentBacklog) return true;
    const isThrottled = this.#gate.isKeptBy('throttles') && this.#pace !== 'hurrying';
    // While the pacer looks at the service alone, rounds wait, too.
    return (
      sinceLastMs >= (isThrottled ? throttledIntervalMs : roundIntervalMs[this.#pace]) && !this.#gate.isKeptBy('pacer')
    );
  }

  /** Paused, and nothing is under way that might need the tail, which waits when nothing is applied. */
  get #isResting(): boolean {
    return this.#paused && this.#gate.inside === 0 && !this.verifier.isComparing;
  }
}

/** Throws `checkpoint-unusable` for what this plan cannot account for. */
function restorePending(checkpoint: Checkpoint, tables: readonly EngineTable[], causes: Causes): void {
  for (const pending of checkpoint.pending) {
    if ('cause' in pending && !causes.restore(pending.cause)) throw unknownCause(pending.cause);
    if ('key' in pending)
      tables.find(({ mapping }) => mapping.table === pending.table)?.delta.add(pending.key, pending.kind);
  }
}

function unknownCause({ child, foreignKey }: PendingCause): TideoverError {
  return new TideoverError(
    'checkpoint-unusable',
    `the checkpoint speaks of a foreign key ${foreignKey} of ${child}, the plan does not`,
    {
      hint: 'Abort the run and start again.',
    },
  );
}

/** What stops a run that its user aborted. */
export function interrupted(phase: string): TideoverError {
  return new TideoverError('interrupted', `stopped during "${phase}" on request`, {
    hint: 'Run the same command again to continue.',
  });
}
