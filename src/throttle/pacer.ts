import { pause } from '../util/pause.js';
import type { Gate } from './gate.js';

/**
 * The share of its throughput that the service keeps while chunks are copied or compared. Aimed a little higher than what is promised
 * (70 %), because an index build cannot be paced.
 */
const keptShare = 0.8;
/** One cycle of working and pausing; a pause shorter than the minimum says nothing about the service's rate. */
const cycleMs = 1_500;
const minPauseMs = 150;
/** Below this rate (transactions/s) the service has nothing to lose that could be measured. */
const idleRate = 20;
/** Weight of the newest cycle in the running mean. */
const smoothing = 0.4;

/** What part of a cycle to work (at least a fifth, so that the run ends), from the service's rate while we pause and the share of it that is left while we work. */
export function workShareOf(rates: { readonly working: number; readonly pausing: number }): number {
  const left = Math.min(rates.working / Math.max(rates.pausing, 1), 1);
  if (left >= keptShare) return 1;
  return (1 - keptShare) / (1 - left);
}

/**
 * Leaves the service its throughput: measures, by the transactions that arrive in the binlog, what the service does while the engine
 * works and while it pauses, and sets the length of the pauses accordingly. With an idle service it never pauses.
 */
export class Pacer {
  readonly #gate: Gate;
  readonly #transactions: () => number;
  #rates: { working: number; pausing: number } | null = null;

  /** `transactions` counts the service's transactions. */
  constructor(gate: Gate, transactions: () => number) {
    this.#gate = gate;
    this.#transactions = transactions;
  }

  /** Why work pauses beyond the measuring, as `signal observed op limit`; null when it does not. */
  get reason(): string | null {
    if (this.#rates === null || workShareOf(this.#rates) === 1) return null;
    const percent = Math.round((100 * this.#rates.working) / Math.max(this.#rates.pausing, 1));
    return `service-throughput ${percent}% < ${keptShare * 100}%`;
  }

  /** The cycles, until `signal`. */
  async loop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const share = this.#rates === null ? 1 : workShareOf(this.#rates);
      const pauseMs = Math.max(cycleMs * (1 - share), minPauseMs);
      const working = await this.#rateDuring(() => this.#work(cycleMs - pauseMs, signal));
      // Where nothing works, nothing can be learned of what work costs the service.
      if (this.#gate.isKeptByOthers('pacer')) continue;
      if (working < idleRate) {
        this.#rates = null;
        continue;
      }
      const pausing = await this.#rateDuring(() => pause(pauseMs, signal));
      this.#learn({ working, pausing });
      this.#gate.open('pacer');
    }
    this.#gate.open('pacer');
  }

  /** Works for `ms` and until what is under way has ended; then the gate is closed. */
  async #work(ms: number, signal: AbortSignal): Promise<void> {
    this.#gate.open('pacer');
    const before = this.#transactions();
    await pause(ms, signal);
    if (this.#gate.isKeptByOthers('pacer') || this.#transactions() - before < (idleRate * ms) / 1000) return;
    this.#gate.close('pacer');
    while (this.#gate.inside > 0 && !signal.aborted) await pause(5, signal);
  }

  async #rateDuring(time: () => Promise<void>): Promise<number> {
    const [before, startedAt] = [this.#transactions(), performance.now()];
    await time();
    return ((this.#transactions() - before) * 1000) / (performance.now() - startedAt);
  }

  #learn(rates: { working: number; pausing: number }): void {
    const last = this.#rates ?? rates;
    const mean = (older: number, newer: number): number => older * (1 - smoothing) + newer * smoothing;
    this.#rates = { working: mean(last.working, rates.working), pausing: mean(last.pausing, rates.pausing) };
  }
}
