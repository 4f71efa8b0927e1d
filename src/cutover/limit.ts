/**
 * The time limit of an attempt, and the abort signal: whatever is awaited through it is given up when it expires.
 * One time limit replaces the one before as the attempt goes on.
 */
export class Limit {
  readonly #expired: Promise<never>;
  readonly #ignoreSignal: () => void;
  #reject!: (reason: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(signal: AbortSignal) {
    this.#expired = new Promise<never>((_, reject) => (this.#reject = reject));
    // It may expire while nobody waits.
    this.#expired.catch(() => undefined);
    const abort = (): void => this.expire(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    this.#ignoreSignal = () => signal.removeEventListener('abort', abort);
    if (signal.aborted) abort();
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Expires `ms` from now, in place of the limit before. */
  set(ms: number, reason: () => unknown): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.expire(reason()), Math.max(0, ms));
  }

  expire(reason: unknown): void {
    this.#over = true;
    this.#reject(reason);
  }

  /** From here on only time ends it. */
  ignoreSignal(): void {
    this.#ignoreSignal();
  }

  /** The promise's outcome, or the limit's reason if that comes first. What the promise does afterwards is nobody's unhandled failure. */
  within<T>(promise: Promise<T>): Promise<T> {
    promise.catch(() => undefined);
    return Promise.race([this.#expired, promise]);
  }

  /** Stops the clock. Who still asks is told that it is over. */
  end(): void {
    clearTimeout(this.#timer);
    this.#ignoreSignal();
    this.#over = true;
  }
}

/** Waits at most `ms`: true when the promise settled, either way, in time. */
export async function settled(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  try {
    return await Promise.race([
      promise.then(
        () => true,
        () => true,
      ),
      late,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
