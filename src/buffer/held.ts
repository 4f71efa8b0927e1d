import { messageOf, TideoverError } from '../errors.js';
import type { BufferLayer, Hold, HoldReport } from './contract.js';

/** What became of one buffer's hold, with its name. `report` is null when the hold had ended by itself; `trouble` says how. */
export interface BufferReport {
  readonly buffer: string;
  readonly report: HoldReport | null;
  readonly trouble: string | null;
}

/** `held`: it holds from now on. `drained`: nothing that it had admitted is at the service any more. `released`: open and empty. */
export interface HoldStep {
  readonly buffer: string;
  readonly step: 'held' | 'drained' | 'released';
  /** Until the deadline of the whole. */
  readonly remainingMs: number;
  /** Why a release did not go as it should, null when it did. */
  readonly trouble: string | null;
}

export interface HoldPlan {
  /** Names the hold: `[a-z0-9-]+`. */
  readonly id: string;
  /** For everything: from the first hold until the last release has begun. */
  readonly deadlineMs: number;
  /** How long each buffer may take to drain. */
  readonly drainMs: number;
  /** See HoldRequest. */
  readonly maxHeld: number;
  /** See Hold.release. */
  readonly window: number;
  readonly signal: AbortSignal;
  readonly onStep: (step: HoldStep) => void;
}

/** `result` is what the work resolved with; the releases that follow cannot take it back. */
export interface Held<T> {
  readonly result: T;
  readonly buffers: readonly BufferReport[];
}

/** How soon a dead engine's hold ends by itself; renewed three times within it. */
export const leaseMs = 6_000;

/**
 * Holds every buffer in the order given, each drained before the next is held: a service that the first one feeds may still call what the second one
 * feeds. Then does the work, and releases in reverse order, whatever happened. `work` gets a signal that is aborted with a
 * `buffer-failed` when a hold ends early or the deadline passes; what it resolves with counts all the same.
 *
 * Rejects with `buffer-failed` when a buffer cannot be held or drained, with the signal's reason when that is aborted, or with what `work` rejected
 * with; everything is released then.
 */
export async function whileHeld<T>(
  buffers: readonly BufferLayer[],
  plan: HoldPlan,
  work: (stop: AbortSignal) => Promise<T>,
): Promise<Held<T>> {
  const holds = new Holds(plan);
  let result: T;
  try {
    for (const buffer of buffers) await holds.add(buffer);
    result = await work(holds.signal);
  } catch (error) {
    await holds.release();
    throw error;
  }
  return { result, buffers: await holds.release() };
}

class Holds {
  readonly #plan: HoldPlan;
  readonly #held: { readonly buffer: string; readonly hold: Hold }[] = [];
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #until: number;
  readonly #deadline: NodeJS.Timeout;
  readonly #renewals: NodeJS.Timeout;

  constructor(plan: HoldPlan) {
    this.#plan = plan;
    this.#until = performance.now() + plan.deadlineMs;
    this.#signal = AbortSignal.any([plan.signal, this.#stop.signal]);
    this.#deadline = setTimeout(() => this.#stop.abort(deadlinePassed(plan.deadlineMs)), plan.deadlineMs);
    this.#renewals = setInterval(() => void this.#renew(), leaseMs / 3);
  }

  /** Aborted when the work had better end. */
  get signal(): AbortSignal {
    return this.#signal;
  }

  async add(buffer: BufferLayer): Promise<void> {
    this.#signal.throwIfAborted();
    const { id, maxHeld, drainMs } = this.#plan;
    const hold = await buffer.hold({ id, leaseMs, deadlineMs: this.#remainingMs, maxHeld });
    this.#held.push({ buffer: buffer.name, hold });
    this.#tell(buffer.name, 'held');
    await hold.drain(Math.min(drainMs, this.#remainingMs), this.#signal);
    this.#tell(buffer.name, 'drained');
  }

  /** Last held, first released. Never rejects: what went wrong is in the reports. */
  async release(): Promise<readonly BufferReport[]> {
    clearTimeout(this.#deadline);
    const reports: BufferReport[] = [];
    for (const { buffer, hold } of this.#held.reverse()) {
      try {
        const report = await hold.release({ window: this.#plan.window });
        reports.push({ buffer, report, trouble: null });
        this.#tell(buffer, 'released');
      } catch (error) {
        const trouble = messageOf(error);
        reports.push({ buffer, report: null, trouble });
        this.#tell(buffer, 'released', trouble);
      }
    }
    clearInterval(this.#renewals);
    return reports.reverse();
  }

  /** Whole, and never 0: it is what a buffer is asked for. */
  get #remainingMs(): number {
    return Math.max(1, Math.round(this.#until - performance.now()));
  }

  async #renew(): Promise<void> {
    await Promise.all(
      this.#held.map(async ({ buffer, hold }) => {
        try {
          await hold.renew(leaseMs);
        } catch (error) {
          this.#stop.abort(
            new TideoverError('buffer-failed', `${buffer} no longer holds: ${messageOf(error)}`, {
              hint: 'The source is serving. Look at the buffer; the cutover is tried again.',
            }),
          );
        }
      }),
    );
  }

  #tell(buffer: string, step: HoldStep['step'], trouble: string | null = null): void {
    this.#plan.onStep({ buffer, step, remainingMs: this.#remainingMs, trouble });
  }
}

function deadlinePassed(ms: number): TideoverError {
  return new TideoverError('buffer-failed', `the hold was not done with within ${ms} ms`, {
    hint: 'The source is serving and everything held has been released. Allow a longer --hold-deadline, or cut over when there is less traffic.',
  });
}
