import type { Passage } from './passage.js';

/** Requests in received order. Leaving from anywhere costs nothing: a gap stays until the front has passed it. */
export class WaitingLine {
  #places: (Passage | null)[] = [];
  #front = 0;
  size = 0;

  /** Behind every request that was received before it. */
  add(passage: Passage): void {
    let at = this.#places.length;
    // Only a request that had to wait for its connection's turn comes late.
    while (at > this.#front && (this.#places[at - 1]?.seq ?? Infinity) > passage.seq) at -= 1;
    if (at === this.#places.length) this.#places.push(passage);
    else this.#places.splice(at, 0, passage);
    this.size += 1;
  }

  first(): Passage | null {
    for (; this.#front < this.#places.length; this.#front += 1) {
      const passage = this.#places[this.#front];
      if (passage?.place === 'waiting') return passage;
      this.#places[this.#front] = null;
    }
    this.#places = [];
    this.#front = 0;
    return null;
  }

  /** Precondition: it is in the line. The caller changes its `place`. */
  drop(passage: Passage): void {
    this.size -= 1;
    if (this.#places[this.#front] === passage) {
      this.#places[this.#front] = null;
      this.#front += 1;
    }
  }
}
