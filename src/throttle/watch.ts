import { messageOf } from '../errors.js';
import { pause } from '../util/pause.js';
import type { Gate } from './gate.js';
import type { Throttle } from './throttle.js';

/** How often each throttle looks: well below a second, so that a lag of a second is not two when it is seen. */
const lookEveryMs = 250;
/** A look that takes longer counts as a reason: who does not answer is not well. */
const staleMs = 2_000;
/** A look that has not ended by then never will: the network is silent. */
const cutMs = 10_000;
/** Hysteresis of all throttles: a reason holds at once, and until the signal has been well for so long. */
const calmMs = 1_000;

/** Asks all throttles in one loop, and keeps the gate closed while one of them, or the operator, has a reason. */
export class ThrottleWatch {
  readonly #gate: Gate;
  readonly #watched: readonly Watched[];
  readonly #onChange: (reason: string | null) => void;
  #told: string | null = null;

  /** `onChange` is told when throttling begins, ends, or goes on for another cause. */
  constructor(gate: Gate, throttles: readonly Throttle[], onChange: (reason: string | null) => void) {
    this.#gate = gate;
    this.#watched = throttles.map((throttle) => new Watched(throttle));
    this.#onChange = onChange;
  }

  /** Why copying waits, as `signal observed op limit`; several are joined. */
  get reason(): string | null {
    const reasons = this.#watched.flatMap(({ reason }) => (reason === null ? [] : [reason]));
    return reasons.length === 0 ? null : reasons.join(', ');
  }

  /** Every throttle has looked once when this resolves, or its `staleMs` are over: nothing begins before anybody has looked. */
  async first(signal: AbortSignal): Promise<void> {
    const until = performance.now() + staleMs;
    for (const watched of this.#watched) watched.ask();
    while (this.#watched.some(({ isNew }) => isNew) && performance.now() < until) await pause(5, signal);
    this.#judge();
  }

  async loop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (const watched of this.#watched) watched.ask();
      await pause(lookEveryMs, signal);
      this.#judge();
    }
    await Promise.all(this.#watched.map((watched) => watched.close()));
  }

  #judge(): void {
    const { reason } = this;
    if (reason === null) this.#gate.open('throttles');
    else this.#gate.close('throttles');
    const names = this.#watched.filter((watched) => watched.reason !== null).map(({ name }) => name);
    const told = names.length === 0 ? null : names.join(',');
    if (told === this.#told) return;
    this.#told = told;
    this.#onChange(reason);
  }
}

/** A throttle with what is known of it. */
class Watched {
  readonly #throttle: Throttle;
  #askedAt: number | null = null;
  #isNew = true;
  #isCut = false;
  #reason: string | null = null;
  #wellSince: number | null = null;

  constructor(throttle: Throttle) {
    this.#throttle = throttle;
  }

  get name(): string {
    return this.#throttle.name;
  }

  /** It has not answered yet. */
  get isNew(): boolean {
    return this.#isNew;
  }

  get reason(): string | null {
    const waitedMs = this.#waitedMs;
    return waitedMs > staleMs ? `${this.name} silent-for ${Math.round(waitedMs)}ms > ${staleMs}ms` : this.#reason;
  }

  get #waitedMs(): number {
    return this.#askedAt === null ? 0 : performance.now() - this.#askedAt;
  }

  /** Looks, unless a look is under way. */
  ask(): void {
    if (this.#askedAt === null) {
      this.#askedAt = performance.now();
      this.#isCut = false;
      void this.#look();
    } else if (!this.#isCut && this.#waitedMs > cutMs) {
      this.#isCut = true;
      this.#throttle.cut();
    }
  }

  async close(): Promise<void> {
    if (this.#askedAt !== null) this.#throttle.cut();
    await this.#throttle.close();
  }

  async #look(): Promise<void> {
    const seen = await this.#throttle
      .look()
      .catch((error: unknown) => `${this.name} unknown != known (${messageOf(error)})`);
    this.#askedAt = null;
    this.#isNew = false;
    if (seen !== null) {
      this.#reason = seen;
      this.#wellSince = null;
    } else if (this.#reason !== null) {
      this.#wellSince ??= performance.now();
      if (performance.now() - this.#wellSince >= calmMs) this.#reason = null;
    }
  }
}
