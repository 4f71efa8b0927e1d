/** A fixed set of workers (sessions) that jobs share: each job gets one for itself, in the order of the calls. */
export class Workers<W> {
  readonly #idle: W[];
  readonly #waiting: ((worker: W) => void)[] = [];

  constructor(workers: readonly W[]) {
    this.#idle = [...workers];
  }

  async run<T>(job: (worker: W) => Promise<T>): Promise<T> {
    const worker = this.#idle.pop() ?? (await new Promise<W>((resolve) => this.#waiting.push(resolve)));
    try {
      return await job(worker);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(worker);
      else this.#idle.push(worker);
    }
  }
}
