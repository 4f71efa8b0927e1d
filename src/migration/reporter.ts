import { TideoverError } from '../errors.js';
import type { Checkpoint, OperatorCommand, Phase } from '../journal/journal.js';
import { pause } from '../util/pause.js';
import { countLost } from './barrier.js';
import type { Swapped } from './cutting-over.js';
import type { ThrottleWatch } from '../throttle/watch.js';
import type { Engine } from './engine.js';
import type { CutoverReport, Progress, Report, WindowProgress, WindowReport } from './events.js';
import { Forecaster } from './forecaster.js';
import type { OpenedRun } from './opening.js';
import type { OperatorControl } from './operator-control.js';
import type { RunContext } from './running.js';
import { keptSchema } from './settling.js';

const progressEveryMs = 500;
const commandsEveryMs = 1_000;
/** A restart repeats at most this much work. */
const checkpointEveryMs = 5_000;

/** Tells the world where the run stands: events, the journal's heartbeat and checkpoint; and hears the operator's commands. */
export class Reporter {
  phase: Phase;
  /** The operator said `abort` during the cutover: it ends between attempts, never after the RENAME. Its reason is the error. */
  readonly abortedInCutover = new AbortController();
  /** The operator wants every row compared again. */
  comparisonAsked = false;
  /** The rollback window that is kept, and what the operator said of its end. */
  window: { readonly since: string; readonly until: string } | null = null;
  windowWord: 'rollback' | 'finish' | null = null;
  /** When every row was last compared in it, UTC. */
  verifiedAt: string | null = null;
  readonly #context: RunContext;
  readonly #opened: OpenedRun;
  readonly #engine: Engine;
  readonly #control: OperatorControl;
  readonly #throttles: ThrottleWatch;
  readonly #forecaster: Forecaster;
  readonly #startedAt = performance.now();
  readonly #copiedBefore: number;
  readonly #rowsEstimated: number;

  constructor(
    context: RunContext,
    opened: OpenedRun,
    engine: Engine,
    parts: { readonly control: OperatorControl; readonly throttles: ThrottleWatch; readonly diskNeededBytes: number },
  ) {
    this.#context = context;
    this.#opened = opened;
    this.#engine = engine;
    this.#control = parts.control;
    this.#throttles = parts.throttles;
    this.phase = opened.record.phase;
    this.#copiedBefore = engine.rowsCopied;
    this.#rowsEstimated = [...opened.rowsEstimated.values()].reduce((sum, rows) => sum + rows, 0);
    this.#forecaster = new Forecaster(context.server, engine, {
      diskNeededBytes: parts.diskNeededBytes,
      rowsEstimated: this.#rowsEstimated,
      now: () => ({ phase: this.phase, rowsDone: this.#rowsDone, throttled: this.#throttled }),
      onWarning: (warning) => context.emitter.emit('forecast:warned', { warning }),
    });
  }

  /** Runs beside the migration until `signal`. */
  async loop(signal: AbortSignal): Promise<void> {
    const { journal, emitter } = this.#context;
    const runId = this.#opened.record.id;
    let commandsAt = 0;
    let checkpointAt = performance.now();
    this.#engine.supervisor.background(() => this.#forecaster.loop(signal));
    while (!signal.aborted) {
      const now = performance.now();
      const progress = this.progress();
      emitter.emit('progress:made', progress);
      if (now - commandsAt >= commandsEveryMs) {
        commandsAt = now;
        await journal.heartbeat(runId, JSON.stringify(progress));
        await this.#opened.lock.refuseLost();
        for (const command of await journal.takeCommands(runId)) this.#obey(command);
        await this.#control.hear();
      }
      if (now - checkpointAt >= checkpointEveryMs) {
        checkpointAt = now;
        await journal.saveCheckpoint(runId, this.#checkpoint);
      }
      await pause(progressEveryMs, signal);
    }
  }

  /** Saves where a stopped run can go on. A server that is gone has the checkpoint before. */
  async lastCheckpoint(): Promise<void> {
    await this.#context.journal.saveCheckpoint(this.#opened.record.id, this.#checkpoint).catch(() => undefined);
  }

  progress(): Progress {
    const { rowsCopied, rounds, verifier } = this.#engine;
    return {
      phase: this.phase,
      rowsCopied,
      rowsEstimated: Math.max(this.#rowsEstimated, rowsCopied),
      backlog: rounds.backlog,
      changesApplied: rounds.changesApplied,
      rowsVerified: verifier.rowsVerified,
      etaS: this.#etaS(rowsCopied),
      throttled: this.#throttled,
      paused: this.#control.paused,
      forecast: this.#forecaster.forecast,
      window: this.#windowProgress,
    };
  }

  /** The throttles' reason wherever something waits for it; what copying yields to only while rows are copied or compared. */
  get #throttled(): string | null {
    const works = this.phase === 'copying' || this.phase === 'verifying';
    const waits = works || this.phase === 'catching-up' || this.phase === 'ready';
    return (waits ? this.#throttles.reason : null) ?? (works ? this.#engine.throttled : null);
  }

  get #rowsDone(): number {
    return this.phase === 'verifying' ? this.#engine.verifier.rowsVerified : this.#engine.rowsCopied;
  }

  report(swapped: Swapped | null, startedAt: number): Report {
    const { record, plan } = this.#opened;
    const { rowsCopied, rounds, verifier } = this.#engine;
    const lostWrites = swapped === null ? 0 : swapped.log && countLost(swapped.log.lost);
    return {
      runId: record.id,
      database: plan.database,
      tables: plan.tables.map(({ table }) => table),
      planHash: plan.hash,
      method: 'copied',
      rowsCopied,
      changesApplied: rounds.changesApplied,
      rowsVerified: verifier.rowsVerified,
      rowsRepaired: verifier.rowsRepaired,
      lostWrites,
      cutover: swapped && figuresOf(swapped),
      hold: swapped === null ? null : swapped.hold,
      durationMs: Math.round(performance.now() - startedAt),
      retiredSchema: swapped === null ? null : keptSchema(this.#context.settings, lostWrites, swapped.cut.live),
      window: null,
    };
  }

  /** How the rollback window ended. */
  windowReport(end: WindowReport['end'], swapped: Swapped | null): WindowReport {
    const { rounds, verifier } = this.#engine;
    return {
      end,
      changesApplied: rounds.changesApplied,
      rowsVerified: verifier.rowsVerified,
      rowsRepaired: verifier.rowsRepaired,
      cutover: swapped && figuresOf(swapped),
      lostWrites: swapped === null ? 0 : swapped.log && countLost(swapped.log.lost),
    };
  }

  /** In a window no comparison of every row comes before the way back: what is not compared yet is read again after a crash. */
  get #checkpoint(): Checkpoint {
    const { checkpoint, tables, verifier } = this.#engine;
    if (this.window === null) return checkpoint;
    const unverified = tables.flatMap(({ mapping: { table } }, index) =>
      verifier.unverifiedOf(index).map((key) => ({ table, kind: 'unknown' as const, key })),
    );
    return { ...checkpoint, pending: [...checkpoint.pending, ...unverified] };
  }

  get #windowProgress(): WindowProgress | null {
    if (this.window === null) return null;
    const { backlog, needed } = this.#engine.rounds;
    const isBehind = backlog > 0 && needed.loggedAtS !== null;
    const lagS = isBehind ? Math.max(0, Math.round(this.#control.serverMs / 1_000 - needed.loggedAtS)) : 0;
    return { ...this.window, lagS, verifiedAt: this.verifiedAt };
  }

  /** Seconds until everything is copied, from the speed since this process began; null when it does not copy. */
  #etaS(rowsCopied: number): number | null {
    const elapsedS = (performance.now() - this.#startedAt) / 1000;
    const copied = rowsCopied - this.#copiedBefore;
    if (this.phase !== 'copying' || copied === 0 || elapsedS < 1) return null;
    return Math.max(0, Math.round(((this.#rowsEstimated - rowsCopied) * elapsedS) / copied));
  }

  #obey(command: OperatorCommand): void {
    switch (command) {
      case 'abort':
        if (this.phase === 'settling' || this.window !== null) return; // too late: the operator finds the run finished
        if (this.phase !== 'cutting-over') throw abortedByOperator();
        this.abortedInCutover.abort(abortedByOperator());
        return;
      case 'verify':
        this.comparisonAsked = true;
        return;
      case 'rollback':
      case 'finish':
        this.windowWord ??= command;
    }
  }
}

function figuresOf({ cut }: Swapped): CutoverReport {
  const { attempts, lockWaitMs, drainMs, swapMs, writeStallMs } = cut;
  return { attempts, lockWaitMs, drainMs, swapMs, writeStallMs };
}

function abortedByOperator(): TideoverError {
  return new TideoverError('aborted', 'the operator aborted the run', {
    hint: 'The source is as it was; the shadow has been removed.',
  });
}
