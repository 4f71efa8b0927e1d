import type { CutOver } from '../cutover/contract.js';
import { retiredSchemaOf } from '../schema/names.js';
import { TideoverError } from '../errors.js';
import type { OperatorCommand, Phase } from '../journal/journal.js';
import { pause } from '../util/supervisor.js';
import type { Engine } from './engine.js';
import type { Progress, Report } from './events.js';
import type { OpenedRun } from './opening.js';
import type { RunContext } from './run.js';

const progressEveryMs = 500;
const commandsEveryMs = 1_000;
/** A restart repeats at most this much work. */
const checkpointEveryMs = 5_000;

/** Tells the world where the run stands: events, the journal's heartbeat and checkpoint; and hears the operator's commands. */
export class Reporter {
  phase: Phase;
  /** The operator said `abort` during the cutover: it ends between attempts, never after the RENAME. */
  readonly abortedInCutover = new AbortController();
  /** The operator has said `cutover`. */
  #cutoverAllowed = false;
  /** Comparisons of every row that the operator asked for and that are not finished. */
  #comparing = 0;
  readonly #context: RunContext;
  readonly #opened: OpenedRun;
  readonly #engine: Engine;
  readonly #startedAt = performance.now();
  readonly #copiedBefore: number;
  readonly #rowsEstimated: number;

  constructor(context: RunContext, opened: OpenedRun, engine: Engine) {
    this.#context = context;
    this.#opened = opened;
    this.#engine = engine;
    this.phase = opened.record.phase;
    this.#copiedBefore = engine.rowsCopied;
    this.#rowsEstimated = opened.rowsEstimated;
  }

  /** The operator has said `cutover`, and what he asked for before is done. */
  get cutoverAllowed(): boolean {
    return this.#cutoverAllowed && this.#comparing === 0;
  }

  /** Runs beside the migration until `signal`. */
  async loop(signal: AbortSignal): Promise<void> {
    const { journal, emitter } = this.#context;
    const runId = this.#opened.record.id;
    let commandsAt = 0;
    let checkpointAt = performance.now();
    while (!signal.aborted) {
      const now = performance.now();
      const progress = this.progress();
      emitter.emit('progress:made', progress);
      if (now - commandsAt >= commandsEveryMs) {
        commandsAt = now;
        await journal.heartbeat(runId, JSON.stringify(progress));
        for (const command of await journal.takeCommands(runId)) this.#obey(command);
      }
      if (now - checkpointAt >= checkpointEveryMs && this.phase !== 'settling') {
        checkpointAt = now;
        await journal.saveCheckpoint(runId, this.#engine.checkpoint);
      }
      await pause(progressEveryMs, signal);
    }
  }

  /** Saves where a stopped run can go on. A server that is gone has the checkpoint before. */
  async lastCheckpoint(): Promise<void> {
    if (this.phase === 'settling' || this.phase === 'done') return;
    await this.#context.journal.saveCheckpoint(this.#opened.record.id, this.#engine.checkpoint).catch(() => undefined);
  }

  progress(): Progress {
    const { rowsCopied, backlog, changesApplied, verifier, throttled } = this.#engine;
    return {
      phase: this.phase,
      rowsCopied,
      rowsEstimated: Math.max(this.#rowsEstimated, rowsCopied),
      backlog,
      changesApplied,
      rowsVerified: verifier.rowsVerified,
      etaS: this.#etaS(rowsCopied),
      throttled: this.phase === 'copying' || this.phase === 'verifying' ? throttled : null,
    };
  }

  report(cut: CutOver | null, lostWrites: number, startedAt: number): Report {
    const { record, plan } = this.#opened;
    const { rowsCopied, changesApplied, verifier } = this.#engine;
    return {
      runId: record.id,
      database: plan.database,
      tables: plan.tables.map(({ table }) => table),
      planHash: plan.hash,
      method: 'copied',
      rowsCopied,
      changesApplied,
      rowsVerified: verifier.rowsVerified,
      rowsRepaired: verifier.rowsRepaired,
      lostWrites,
      cutover: cut && {
        attempts: cut.attempts,
        lockWaitMs: cut.lockWaitMs,
        drainMs: cut.drainMs,
        swapMs: cut.swapMs,
        writeStallMs: cut.writeStallMs,
      },
      durationMs: Math.round(performance.now() - startedAt),
      retiredSchema: cut === null || this.#context.settings.dropRetired ? null : retiredSchemaOf(plan.database),
    };
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
      case 'cutover':
        this.#cutoverAllowed = true;
        return;
      case 'abort':
        if (this.phase !== 'cutting-over') throw abortedByOperator();
        this.abortedInCutover.abort();
        return;
      case 'verify':
        this.#engine.supervisor.background(() => this.#compareAll());
    }
  }

  async #compareAll(): Promise<void> {
    this.#comparing += 1;
    try {
      await this.#engine.verifier.scan(1, this.#engine.signal, this.#engine.admit);
      await this.#engine.settle();
    } finally {
      this.#comparing -= 1;
    }
  }
}

export function abortedByOperator(): TideoverError {
  return new TideoverError('aborted', 'the operator aborted the run', {
    hint: 'The source is as it was; the shadow has been removed.',
  });
}
