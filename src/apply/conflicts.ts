import type { KeyLiteral } from '../schema/table.js';

/** Rounds after which a duplicate under a new unique key is no passing state any more but two rows of the source. */
const roundsToLast = 10;

/** Keys of one table whose rows collided with another row under a unique key that the source does not have. */
export class Conflicts {
  #rounds = new Map<KeyLiteral, number>();
  #seen = new Set<KeyLiteral>();

  /** Notes a collision; true when it has been there for too many rounds in a row. */
  lasts(key: KeyLiteral): boolean {
    const rounds = (this.#rounds.get(key) ?? 0) + 1;
    this.#rounds.set(key, rounds);
    this.#seen.add(key);
    return rounds >= roundsToLast;
  }

  /** Forgets keys that did not collide in this round. */
  endRound(): void {
    for (const key of this.#rounds.keys()) if (!this.#seen.has(key)) this.#rounds.delete(key);
    this.#seen = new Set();
  }
}
