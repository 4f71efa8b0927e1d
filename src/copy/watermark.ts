import type { KeyLiteral } from '../schema/table.js';
import type { Chunk } from '../schema/chunker.js';

/** How far the copy has come without a gap, though chunks finish out of order. */
export class Watermark {
  readonly #open: { chunk: Chunk; done: boolean }[] = [];
  #reached: KeyLiteral | null;
  #complete = false;

  constructor(reached: KeyLiteral | null) {
    this.#reached = reached;
  }

  /** Everything up to and including this key is copied. */
  get reached(): KeyLiteral | null {
    return this.#reached;
  }

  /** The table's last chunk and all before it are copied. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Chunks must be opened in key order. Returns what to call when the chunk is copied. */
  open(chunk: Chunk): () => void {
    const entry = { chunk, done: false };
    this.#open.push(entry);
    return () => {
      entry.done = true;
      for (let first = this.#open[0]; first?.done; first = this.#open[0]) {
        this.#open.shift();
        this.#reached = first.chunk.upTo ?? this.#reached;
        this.#complete ||= first.chunk.upTo === null;
      }
    };
  }
}
