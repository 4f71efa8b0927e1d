import { Applier } from '../apply/applier.js';
import { comparePositions, type BinlogSource } from '../binlog/source.js';
import { openTail } from '../binlog/tail.js';
import { Copier } from '../copy/copier.js';
import type { Server } from '../db/server.js';
import { CascadeGraph } from '../delta/cascade-graph.js';
import { Causes, type PendingCause } from '../delta/causes.js';
import { DeltaSet } from '../delta/delta-set.js';
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
import { Rounds, urgentBacklog, type Resumable } from './rounds.js';

/** A table that is copied or followed, with the state of its tail: what is pending, and whose turn it is. */
export interface EngineTable {
  readonly mapping: TableMapping;
  readonly delta: DeltaSet;
  readonly turns: Turns;
  /** A REPLACE may evict other rows through a unique key. */
  readonly replaces: boolean;
}

/** Keys of backlog and of unverified rows with which the cutover is tried: at first some ms of drain, at last some 100 ms. */
const quietKeys = { first: 500, last: 8_000 };
/** Passes in which something was applied or compared. */
const passesToRelax = 8;
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
  readonly rounds: Rounds;
  readonly #causes: Causes;
  readonly #scanners: () => number;
  readonly #signal: AbortSignal;
  readonly #gate: Gate;
  readonly #pacer: Pacer;

  private constructor(parts: {
    signal: AbortSignal;
    tables: readonly EngineTable[];
    causes: Causes;
    tail: BinlogSource;
    applier: Applier;
    copier: Copier;
    verifier: Verifier;
    supervisor: Supervisor;
    gate: Gate;
    rounds: Rounds;
    /** How many sessions compare at once. */
    scanners: () => number;
  }) {
    this.tables = parts.tables;
    this.#causes = parts.causes;
    this.#scanners = parts.scanners;
    this.tail = parts.tail;
    this.applier = parts.applier;
    this.copier = parts.copier;
    this.verifier = parts.verifier;
    this.supervisor = parts.supervisor;
    this.#signal = parts.signal;
    this.#gate = parts.gate;
    this.rounds = parts.rounds;
    this.#pacer = new Pacer(parts.gate, () => parts.tail.counters.transactions);
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
    // Changes may arrive before there are rounds.
    const late: { rounds?: Rounds } = {};
    const tail = await openTail({
      server,
      from: checkpoint.position,
      watched: graph.watched,
      sink: {
        change: (table, kind, key) => {
          tables[table]!.delta.add(key, kind);
          late.rounds?.collected();
        },
        referenced: (table, list, reference) => {
          causes.referenced(table, list, reference);
          late.rounds?.collected();
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
    const verifier = new Verifier({
      server,
      tables,
      tail,
      cascades: graph,
      causesFollowed: async () => late.rounds?.followCauses(),
      onDiffering: options.onDiffering,
      // A window's checkpoint has these keys, and no scan comes before its way back.
      mostDirty: () => (plan.back ? Infinity : settings.maxBacklog),
      mayCompareDirty: () => late.rounds !== undefined && mayCompare(late.rounds),
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
      tail,
      workers: settings.applyWorkers,
      safeties,
      onApplied: (table, keys) => verifier.noteApplied(table, keys),
      isCopying: (table) => !copier.isDone(table),
    }).catch(async (error: unknown) => {
      await tail.stop();
      throw error;
    });
    const signal = AbortSignal.any([settings.signal, supervisor.signal]);
    const gate = new Gate(signal);
    const deltas = tables.map(({ delta }) => delta);
    const rounds = new Rounds({ settings, deltas, causes, resumable, tail, applier, verifier, gate, supervisor });
    late.rounds = rounds;
    const scanners = (): number => settings.copyWorkers;
    const parts = { signal, tables, causes, tail, applier, copier, verifier, supervisor, gate, rounds, scanners };
    const opened = new Engine(parts);
    void tail.failed.catch((error: unknown) => {
      supervisor.fail(error);
      if (error instanceof TideoverError && error.code === 'connection-lost') void server.giveUpIfSilent();
    });
    supervisor.background(() => rounds.follow());
    supervisor.background(() => opened.#pacer.loop(supervisor.signal));
    return opened;
  }

  /** Aborted when the user stops the run, and when any part of the engine fails. */
  get signal(): AbortSignal {
    return this.#signal;
  }

  get rowsCopied(): number {
    return this.copier.states.reduce((sum, { rowsCopied }) => sum + rowsCopied, 0);
  }

  /**
   * What a restart would need now (I5): what was left of the rounds up to the applied position, and everything unfinished that reading the log again from
   * there would not bring back.
   */
  get checkpoint(): Checkpoint {
    const { leftover, needed } = this.rounds;
    const pending = this.tables.flatMap(({ mapping: { table }, delta }, index) =>
      [...(leftover[index] ?? []), ...delta.unlogged].map(({ key, kind }) => ({ table, kind, key })),
    );
    const causes = this.#causes.pending.map((cause) => ({ cause }));
    return { position: needed.position, pending: [...pending, ...causes], tables: this.copier.states };
  }

  /** Where throttles keep chunks and ranges waiting. */
  get gate(): Gate {
    return this.#gate;
  }

  /** Why copying waits now, as `signal observed op limit`, or null; beside what the throttles say. */
  get throttled(): string | null {
    return this.rounds.overBacklog ?? this.#pacer.reason;
  }

  /** No further round or comparison begins, and none is under way when this resolves: the shadow is being altered, or is the new source. */
  async hold(): Promise<void> {
    await this.rounds.hold();
    await this.verifier.idle();
  }

  /** Runs a chunk when copying is welcome: applying comes first, or the backlog would never end; then the service has its share. */
  readonly admit: Admit = async (work) => {
    while (this.rounds.overBacklog !== null && !this.#signal.aborted) await pause(20, this.#signal);
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
    this.rounds.pause();
    this.#gate.close('operator');
  }

  resume(): void {
    this.rounds.resume();
    this.#gate.open('operator');
  }

  /** Resolves when no operator keeps the run paused. */
  async resumed(): Promise<void> {
    while (this.rounds.isPaused && !this.#signal.aborted) await pause(20, this.#signal);
  }

  /**
   * Applies and compares until few keys are left of both, so that the drain under the lock takes some ms. Where the service writes faster
   * than that can be reached, more and more is accepted: a longer stall is better than a run that never ends.
   */
  async settle(): Promise<void> {
    let quiet = quietKeys.first;
    let telling = 0;
    while (!this.#signal.aborted) {
      await this.resumed();
      if (this.rounds.backlog <= quiet && this.verifier.unverified <= quiet) {
        if (!this.verifier.needsScan) return;
        await this.verifier.rescan(this.#scanners, this.#signal, this.admit);
        continue;
      }
      const { ended } = this.rounds;
      const compares = this.#compares;
      if (compares) await this.verifier.compareDirty();
      // Lets the rounds have their turn, also when everything that is left is under repair.
      await pause(2, this.#signal);
      if (!compares && this.rounds.ended === ended) continue;
      telling += 1;
      if (telling % passesToRelax === 0) quiet = Math.min(quiet * 2, quietKeys.last);
    }
  }

  /** Compares what was applied, until `signal`: whenever the locks are had, little is left for the drain. */
  async keepVerified(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (!this.rounds.areHeld && this.#compares) await this.verifier.compareDirty();
      await pause(20, signal);
    }
  }

  get #compares(): boolean {
    return this.verifier.unverified > 0 && mayCompare(this.rounds);
  }

  /** Ends everything. What `work` still has under way (a chunk, a lock to be given back) ends first: nothing writes after the run. */
  async close(work: Promise<unknown>): Promise<void> {
    const ended = this.supervisor.end();
    await work.catch(() => undefined);
    await ended;
    await this.rounds.idle();
    await this.tail.stop();
    await this.applier.close();
    await this.verifier.close();
  }
}

/** A large backlog comes first: what is compared before would change again. */
function mayCompare(rounds: Rounds): boolean {
  return !rounds.isPaused && rounds.backlog <= urgentBacklog;
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
