import type { HoldRecord } from './hold-record.js';
import type { Outcome, Passage } from './passage.js';
import { WaitingLine } from './waiting-line.js';

export interface GateLimits {
  /** Requests that wait at once. */
  readonly maxHeld: number;
  /** No request waits longer, no hold is longer. */
  readonly maxWaitMs: number;
}

export type GateState = 'open' | 'holding' | 'releasing';

/** With it a hold ends that nobody released. */
const ownWindow = 8;
/** How often requests that wait too long are looked for. */
const sweepMs = 100;

/**
 * Lets requests in, or makes them wait in received order. Knows nothing of HTTP.
 *
 * A hold that is not released ends by itself, by its lease, its deadline or a shutdown, and then what waits goes to the service, in order.
 * That is safe: the locks of the engine that held us die with its connections, so a request can reach either a table that still has its
 * old structure, or one that has the new one, or it waits for the lock; there is no state in which it is written to the wrong place.
 */
export class Gate {
  readonly #limits: GateLimits;
  /** Gets ready for a release of so many at once. */
  readonly #prepare: (window: number) => Promise<unknown>;
  readonly #line = new WaitingLine();
  #state: GateState = 'open';
  #record: HoldRecord | null = null;
  #window = ownWindow;
  /** Of the line when the release began; later arrivals go behind it, with a window that grows. */
  #backlog = 0;
  #grownAfter = 0;
  #isPumping = false;
  #isPrepared = false;
  #last: Passage | null = null;
  #timer: NodeJS.Timeout | null = null;
  #drained: (() => void)[] = [];
  #lastSeq = 0;
  /** Since the start. */
  readonly totals = { letIn: 0, held: 0, turnedAway: 0, holds: 0 };
  /** Requests at the service. */
  inFlight = 0;
  /** Connections that were upgraded. */
  upgraded = 0;

  constructor(limits: GateLimits, prepare: (window: number) => Promise<unknown>) {
    this.#limits = limits;
    this.#prepare = prepare;
  }

  /** The place of a request that arrives now in the received order. */
  nextSeq(): number {
    this.#lastSeq += 1;
    return this.#lastSeq;
  }

  get state(): GateState {
    return this.#state;
  }

  get held(): number {
    return this.#line.size;
  }

  /** The hold in force, or the last one. */
  get record(): HoldRecord | null {
    return this.#record;
  }

  /** `hasPass`: it belongs to a request that is inside already, which cannot be answered before it. */
  enter(passage: Passage, hasPass: boolean): void {
    if (this.#state === 'open' || hasPass) {
      this.#letIn(passage);
      return;
    }
    const record = this.#record!;
    if (this.#line.size >= record.maxHeld) {
      this.#turnAway(passage, record, 'full');
      return;
    }
    record.held += 1;
    this.totals.held += 1;
    passage.hold = record;
    passage.place = 'waiting';
    this.#line.add(passage);
    this.proceed();
  }

  /** It is over. A second call for the same request does nothing. */
  finish(passage: Passage, outcome: Outcome): void {
    const { place, hold } = passage;
    passage.place = 'gone';
    if (place === 'waiting') {
      this.#line.drop(passage);
      hold!.abandoned += 1;
      this.proceed();
    } else if (place === 'inside') {
      this.inFlight -= 1;
      if (hold !== null) {
        hold.finished(outcome);
        this.proceed();
      }
      if (this.inFlight === 0) for (const resolve of this.#drained.splice(0)) resolve();
    }
  }

  /** A connection that was upgraded never ends by itself: it counts as answered, and apart. */
  upgrade(passage: Passage): void {
    this.finish(passage, 'answered');
    this.upgraded += 1;
  }

  /** A request may go now that could not before. */
  proceed(): void {
    if (this.#state === 'releasing') this.#pump();
  }

  /** Precondition: open. The limits have been checked. */
  hold(record: HoldRecord): void {
    this.#state = 'holding';
    this.totals.holds += 1;
    this.#record = record;
    this.#timer = setInterval(() => this.#watch(), sweepMs);
    // Most holds are short: then the release finds everything ready.
    void this.#prepare(ownWindow);
  }

  /** From now on everything goes, in order; `window` of those that wait now are at the service at once. */
  release(window: number, endedBy: 'release' | 'lease' | 'deadline' | 'shutdown'): void {
    this.#record!.end(endedBy);
    this.#state = 'releasing';
    this.#window = window;
    this.#backlog = this.#line.size;
    this.#grownAfter = window;
    this.#isPrepared = false;
    void this.#prepare(window).then(() => {
      this.#isPrepared = true;
      this.#pump();
    });
  }

  /** Resolves with true when nothing is at the service any more, with false after `timeoutMs`. */
  drain(timeoutMs: number): Promise<boolean> {
    if (this.inFlight === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const drained = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        this.#drained = this.#drained.filter((other) => other !== drained);
        resolve(false);
      }, timeoutMs);
      this.#drained.push(drained);
    });
  }

  #turnAway(passage: Passage, record: HoldRecord, reason: 'full' | 'late'): void {
    passage.place = 'gone';
    record.rejected += 1;
    this.totals.turnedAway += 1;
    passage.turnAway(reason);
  }

  #letIn(passage: Passage): void {
    this.totals.letIn += 1;
    passage.place = 'inside';
    this.inFlight += 1;
    passage.go();
  }

  #watch(): void {
    const now = performance.now();
    const record = this.#record!;
    const end = record.overdueAt(now);
    if (this.#state === 'holding' && end !== null) this.release(ownWindow, end);
    for (;;) {
      const first = this.#line.first();
      if (first === null || now - first.arrivedAt < this.#limits.maxWaitMs) break;
      this.#line.drop(first);
      this.#turnAway(first, record, 'late');
    }
    this.proceed();
  }

  #pump(): void {
    // A request that fails at once comes back here; the loop goes on with the next one, not the stack.
    if (this.#isPumping || !this.#isPrepared) return;
    this.#isPumping = true;
    const record = this.#record!;
    for (;;) {
      const next = this.#line.first();
      if (this.#last?.place === 'inside' && !this.#last.isUnderWay) break;
      if (next === null) {
        // Whoever comes now comes after all that waited.
        this.#open(record);
        break;
      }
      if (record.inside >= this.#window || !next.isReady()) break;
      this.#line.drop(next);
      this.#last = next;
      record.letGo(next);
      this.#growWindow();
      this.#letIn(next);
    }
    this.#isPumping = false;
  }

  /** When requests come faster than `window` at once can be served, the line would never end: it doubles once the backlog is gone. */
  #growWindow(): void {
    if (this.#backlog > 0) {
      this.#backlog -= 1;
      return;
    }
    this.#grownAfter -= 1;
    if (this.#grownAfter > 0) return;
    this.#window *= 2;
    this.#grownAfter = this.#window;
  }

  #open(record: HoldRecord): void {
    this.#state = 'open';
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#last = null;
    record.lineEnded();
  }
}
