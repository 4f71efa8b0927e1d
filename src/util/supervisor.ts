/**
 * Runs the main work beside background loops: the first failure of any of them is the failure of the whole,
 * and from then on `signal` is aborted, so that everything else ends at its next step.
 */
export class Supervisor {
  readonly #failure = new AbortController();
  readonly #failed: Promise<never>;
  #fail!: (error: unknown) => void;
  readonly #background: Promise<void>[] = [];

  constructor() {
    this.#failed = new Promise<never>((_, reject) => (this.#fail = reject));
    this.#failed.catch(() => undefined);
  }

  /** Aborted by the first failure, by `stop`, and by `end`. */
  get signal(): AbortSignal {
    return this.#failure.signal;
  }

  /** Makes `error` the failure of the whole, unless there is one already. */
  fail(error: unknown): void {
    this.#fail(error);
    this.#failure.abort();
  }

  /** Runs a loop beside the main work until it returns; it must watch `signal`. */
  background(loop: () => Promise<void>): void {
    this.#background.push(loop().catch((error: unknown) => this.fail(error)));
  }

  /** The main work's result, or the first failure of anything. */
  async run<T>(work: Promise<T>): Promise<T> {
    work.catch(() => undefined);
    return Promise.race([work, this.#failed]);
  }

  /** Ends the loops and waits for them. */
  async end(): Promise<void> {
    this.#failure.abort();
    await Promise.all(this.#background);
  }
}
