import type { ChangeKind } from '../binlog/source.js';
import type { KeyLiteral } from '../schema/table.js';

/** What is known of a pending key: the event's word, or `unknown`, when only a locking read can decide whether the row exists. */
export type PendingKind = ChangeKind | 'unknown';

export interface PendingKey {
  readonly key: KeyLiteral;
  readonly kind: PendingKind;
}

/** Keys that were added or finished while somebody looked. */
export interface Observation {
  /** True when the key changed, was applied or waited for its apply at any moment of the observation. */
  touched(key: KeyLiteral): boolean;
  end(): void;
}

/**
 * The keys of one table that changed since their last apply, each once, with the newest thing known of it.
 * A key is pending, or taken (in the hands of the applier), or both when it changed again meanwhile.
 */
export class DeltaSet {
  readonly #pending = new Map<KeyLiteral, PendingKind>();
  readonly #taken = new Map<KeyLiteral, PendingKind>();
  readonly #observers = new Set<Set<KeyLiteral>>();

  /** Keys that wait or are being applied. */
  get size(): number {
    return this.#pending.size + this.#taken.size;
  }

  add(key: KeyLiteral, kind: PendingKind): void {
    this.#pending.set(key, kind);
    this.#note(key);
  }

  has(key: KeyLiteral): boolean {
    return this.#pending.has(key) || this.#taken.has(key);
  }

  /** Heard of since the round under way took what there was; between rounds, everything. */
  get pending(): Iterable<KeyLiteral> {
    return this.#pending.keys();
  }

  /** Whether it is among `pending`. */
  isPending(key: KeyLiteral): boolean {
    return this.#pending.has(key);
  }

  /** Unfinished keys that no event names, so that the log cannot bring them back after a restart (I5). */
  get unlogged(): PendingKey[] {
    const keys = new Set(
      [...this.#taken, ...this.#pending].flatMap(([key, kind]) => (kind === 'unknown' ? [key] : [])),
    );
    return [...keys].map((key) => ({ key, kind: 'unknown' }));
  }

  /** Takes everything that waits. Nothing may be taken already: a key is in one hand at a time. */
  takeAll(): PendingKey[] {
    if (this.#taken.size > 0) throw new Error('the previous round is not finished');
    const keys = [...this.#pending].map(([key, kind]) => ({ key, kind }));
    for (const { key, kind } of keys) this.#taken.set(key, kind);
    this.#pending.clear();
    return keys;
  }

  /** Ends the round: `leftover` waits again, unless a newer change is known; the others are applied. */
  finish(leftover: readonly PendingKey[]): void {
    for (const key of this.#taken.keys()) this.#note(key);
    this.#taken.clear();
    for (const { key, kind } of leftover) if (!this.#pending.has(key)) this.#pending.set(key, kind);
  }

  /** Starts to note every key that is added or applied from now on. */
  observe(): Observation {
    const noted = new Set<KeyLiteral>();
    this.#observers.add(noted);
    return {
      touched: (key) => noted.has(key) || this.has(key),
      end: () => void this.#observers.delete(noted),
    };
  }

  #note(key: KeyLiteral): void {
    for (const noted of this.#observers) noted.add(key);
  }
}
