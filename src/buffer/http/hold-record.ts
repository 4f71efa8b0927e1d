import type { HoldReport, HoldRequest } from '../contract.js';
import type { Outcome, Passage } from './passage.js';

/** A service that was restarted while it was held may need this long to accept connections. */
const patienceMs = 5_000;

/** One hold: what was asked, what became of it. Times are ms of `performance.now()`. */
export class HoldRecord {
  readonly id: string;
  readonly maxHeld: number;
  /** Of the wall clock, for passes and people. */
  readonly beganAtMs = Date.now();
  readonly #beganAt = performance.now();
  readonly #deadlineAt: number;
  #leaseEndsAt: number;
  /** Of requests let go, in the order in which they went. */
  readonly #seqs: number[] = [];
  #lastGoneAt = this.#beganAt;
  #lineEnded = false;
  readonly #closing: (() => void)[] = [];
  #endedAt: number | null = null;
  endedBy: 'release' | 'lease' | 'deadline' | 'shutdown' | null = null;
  held = 0;
  /** Let go and not answered yet. */
  inside = 0;
  #answered = 0;
  rejected = 0;
  abandoned = 0;
  #longestMs = 0;
  #displacement = 0;

  constructor(request: HoldRequest) {
    this.id = request.id;
    this.maxHeld = request.maxHeld;
    this.#deadlineAt = this.#beganAt + request.deadlineMs;
    this.#leaseEndsAt = this.#beganAt + request.leaseMs;
  }

  renew(leaseMs: number): void {
    this.#leaseEndsAt = performance.now() + leaseMs;
  }

  /** By what it has ended, if it has. */
  overdueAt(now: number): 'lease' | 'deadline' | null {
    return now >= this.#deadlineAt ? 'deadline' : now >= this.#leaseEndsAt ? 'lease' : null;
  }

  get remainingMs(): number {
    return Math.max(0, Math.round(this.#deadlineAt - performance.now()));
  }

  letGo(passage: Passage): void {
    this.inside += 1;
    this.#lastGoneAt = performance.now();
    this.#longestMs = Math.max(this.#longestMs, this.#lastGoneAt - passage.arrivedAt);
    let overtaken = 0;
    while (overtaken < this.#seqs.length && this.#seqs[this.#seqs.length - 1 - overtaken]! > passage.seq)
      overtaken += 1;
    this.#displacement = Math.max(this.#displacement, overtaken);
    this.#seqs.splice(this.#seqs.length - overtaken, 0, passage.seq);
  }

  end(by: NonNullable<HoldRecord['endedBy']>): void {
    this.endedBy = by;
    this.#endedAt = performance.now();
  }

  /** Whether a service that accepts no connections may still be starting. */
  isPatient(): boolean {
    return this.#endedAt !== null && performance.now() < this.#endedAt + patienceMs;
  }

  /** One that was let go has its answer: the service's, or an error of ours. */
  finished(outcome: Outcome): void {
    this.inside -= 1;
    if (outcome === 'answered') this.#answered += 1;
    else if (outcome === 'left') this.abandoned += 1;
    else this.rejected += 1;
    this.#closeIfDone();
  }

  /** Nobody waits any more. */
  lineEnded(): void {
    this.#lineEnded = true;
    this.#closeIfDone();
  }

  get isClosed(): boolean {
    return this.#lineEnded && this.inside === 0;
  }

  /** Resolves when everything that waited has been answered. */
  closed(): Promise<void> {
    return this.isClosed ? Promise.resolve() : new Promise((resolve) => this.#closing.push(resolve));
  }

  #closeIfDone(): void {
    if (this.isClosed) for (const resolve of this.#closing.splice(0)) resolve();
  }

  report(): HoldReport {
    return {
      held: this.held,
      answered: this.#answered,
      rejected: this.rejected,
      abandoned: this.abandoned,
      longestMs: Math.round(this.#longestMs),
      displacement: this.#displacement,
      durationMs: Math.round(this.#lastGoneAt - this.#beganAt),
    };
  }
}
