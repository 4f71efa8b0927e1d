import type { Applier } from '../apply/applier.js';
import type { BinlogPosition, BinlogSource } from '../binlog/source.js';
import type { Causes } from '../delta/causes.js';
import type { DeltaSet, PendingKey } from '../delta/delta-set.js';
import type { Gate } from '../throttle/gate.js';
import { pause } from '../util/pause.js';
import type { Supervisor } from '../util/supervisor.js';
import type { Verifier } from '../verify/verifier.js';
import type { Settings } from './options.js';

/** The newest place from which nothing would be missed; behind the tail's while XA transactions are prepared. */
export interface Resumable {
  readonly position: BinlogPosition;
  readonly loggedAtS: number | null;
  /** When the first thing was logged that arrived here. */
  readonly firstLoggedAtS: number | null;
}

/** Where the tail stands in the shadow: every change up to `position` is applied, but for `leftover` (by table index). */
interface Applied {
  readonly position: BinlogPosition;
  readonly loggedAtS: number | null;
  readonly leftover: readonly (readonly PendingKey[])[];
}

/** A round waits at least this long after the last one while chunks are copied: each round makes the copiers wait. Hurrying is for the cutover. */
const roundIntervalMs = { copying: 250, following: 10, hurrying: 10 };
/** While a throttle has a reason: few rounds of many keys cost the server less, for a hot key counts once; and the position moves on. */
const throttledIntervalMs = 5_000;
/** Rounds of fewer keys are mostly overhead. */
const tellingKeys = 100;
/** How long a comparison waits for causes whose parents are locked: then it judges without them, and at worst repairs what they explain. */
const followCausesMs = 5_000;
/** The backlog is looked at once in so many changes: with 200 tables it is a sum of 200 numbers. */
const changesPerLook = 100;
/** Backlog at which a round does not wait for its interval, and nothing is compared: it would change again. */
export const urgentBacklog = 20_000;
/** The tail is paused at the option's limit and goes on below this share of it; copying yields at this share, too. */
const lowWater = 0.6;

export type Pace = keyof typeof roundIntervalMs;

export interface RoundsOptions {
  readonly settings: Settings;
  readonly deltas: readonly DeltaSet[];
  readonly causes: Causes;
  readonly resumable: Resumable;
  readonly tail: BinlogSource;
  readonly applier: Applier;
  readonly verifier: Verifier;
  readonly gate: Gate;
  readonly supervisor: Supervisor;
}

/**
 * What the tail has collected gets into the shadow, round after round, and the tail waits where the rounds do not keep up (I8). They never overlap, and
 * the failure of one is that of all that follow: its keys are in nobody's hands.
 */
export class Rounds {
  readonly #options: RoundsOptions;
  #applied: Applied;
  #changesApplied = 0;
  #last: Promise<unknown> = Promise.resolve();
  #ended = 0;
  #keysPerS: number | null = null;
  #pace: Pace = 'following';
  #held = false;
  #changesSeen = 0;
  #tailPaused = false;
  #paused = false;
  #logEnds = false;

  constructor(options: RoundsOptions) {
    this.#options = options;
    this.#applied = { position: options.resumable.position, loggedAtS: null, leftover: [] };
  }

  /** Keys that wait to be applied, over all tables, and values whose children are still to be found. */
  get backlog(): number {
    const { deltas, causes } = this.#options;
    return deltas.reduce((sum, { size }) => sum + size, causes.size);
  }

  /** Why copying yields to applying, as `signal observed op limit`; null when it need not. */
  get overBacklog(): string | null {
    const limit = Math.round(this.#options.settings.maxBacklog * lowWater);
    const { backlog } = this;
    return backlog > limit ? `backlog ${backlog} > ${limit}` : null;
  }

  /** What a restart would not find in the log behind `needed`, by table index. */
  get leftover(): Applied['leftover'] {
    return this.#applied.leftover;
  }

  /** Where a restart would begin to read, and when that was logged, s since 1970; null before anything has arrived. */
  get needed(): { readonly position: BinlogPosition; readonly loggedAtS: number | null } {
    const { position, loggedAtS } = this.#applied;
    return { position, loggedAtS: loggedAtS ?? this.#options.resumable.firstLoggedAtS };
  }

  /** Keys applied per second of the last rounds; null before the first one of a size that says something. */
  get keysPerS(): number | null {
    return this.#keysPerS;
  }

  get changesApplied(): number {
    return this.#changesApplied;
  }

  /** How many there were. */
  get ended(): number {
    return this.#ended;
  }

  /** How often they come. */
  setPace(pace: Pace): void {
    this.#pace = pace;
  }

  /** None begins any more, and none is under way when this resolves: the shadow is being altered, or is the new source. Rejects as the last one did. */
  async hold(): Promise<void> {
    this.#held = true;
    await this.#last;
  }

  followAgain(): void {
    this.#held = false;
  }

  get areHeld(): boolean {
    return this.#held;
  }

  /** An operator said that nothing is to be applied. The tail reads on, until as many keys as are allowed are in memory; the server keeps the log from there. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  get isPaused(): boolean {
    return this.#paused;
  }

  /** Whether the log that a restart would need is about to be purged: then a pause does not keep changes from being applied. */
  set logEnds(logEnds: boolean) {
    this.#logEnds = logEnds;
  }

  /** Applies everything that the tail has collected by now. */
  next(): Promise<void> {
    const round = this.#last.then(() => this.#round());
    round.catch(() => undefined); // whoever asked for it is told
    this.#last = round;
    return round;
  }

  /** Makes rounds until the engine ends. */
  async follow(): Promise<void> {
    const { signal } = this.#options.supervisor;
    let lastEnded = performance.now();
    while (!signal.aborted) {
      if (!this.#isDue(performance.now() - lastEnded)) {
        await pause(5, signal);
        continue;
      }
      await this.next();
      lastEnded = performance.now();
    }
  }

  /** Applies until the children of every value that was heard of so far are found. A parent that the service keeps locked ends it, too. */
  async followCauses(): Promise<void> {
    const { causes, supervisor, tail } = this.#options;
    const { clock } = causes;
    const deadline = performance.now() + followCausesMs;
    const passed = (): boolean => {
      causes.heard(tail.position);
      return causes.passed(clock);
    };
    while (!passed() && performance.now() < deadline && !supervisor.signal.aborted) {
      await this.next();
      await pause(2, supervisor.signal);
    }
  }

  /** A change came in. */
  collected(): void {
    this.#changesSeen += 1;
    if (this.#changesSeen % changesPerLook === 0) this.#limitBacklog();
  }

  /** Resolves when none is under way, however it ended. */
  async idle(): Promise<void> {
    await this.#last.catch(() => undefined);
  }

  async #round(): Promise<void> {
    const { applier, settings, resumable } = this.#options;
    const { position, loggedAtS } = resumable;
    await applier.resize(settings.applyWorkers);
    const startedAt = performance.now();
    const { applied, leftover } = await applier.round();
    this.#learnSpeed(applied, performance.now() - startedAt);
    this.#changesApplied += applied;
    this.#applied = { position, loggedAtS, leftover };
    this.#ended += 1;
    this.#limitBacklog();
  }

  /** I8: the tail waits while too many keys are in memory; the server keeps the log meanwhile. */
  #limitBacklog(): void {
    const { settings, tail } = this.#options;
    const { backlog } = this;
    if (!this.#tailPaused && backlog >= settings.maxBacklog) {
      this.#tailPaused = true;
      tail.pause();
    } else if (this.#tailPaused && backlog < settings.maxBacklog * lowWater) {
      this.#tailPaused = false;
      tail.resume();
    }
  }

  #learnSpeed(keys: number, ms: number): void {
    if (keys < tellingKeys) return;
    const keysPerS = (1_000 * keys) / Math.max(ms, 1);
    this.#keysPerS = this.#keysPerS === null ? keysPerS : (this.#keysPerS + keysPerS) / 2;
  }

  #isDue(sinceLastMs: number): boolean {
    if (this.#held || (this.#isResting && !this.#logEnds)) return false;
    if (this.#tailPaused || this.backlog > urgentBacklog) return true;
    const { gate } = this.#options;
    const isThrottled = gate.isKeptBy('throttles') && this.#pace !== 'hurrying';
    // While the pacer looks at the service alone, rounds wait, too.
    return sinceLastMs >= (isThrottled ? throttledIntervalMs : roundIntervalMs[this.#pace]) && !gate.isKeptBy('pacer');
  }

  /** Paused, and nothing is under way that might need the tail, which waits when nothing is applied. */
  get #isResting(): boolean {
    const { gate, verifier } = this.#options;
    return this.#paused && gate.inside === 0 && !verifier.isComparing;
  }
}
