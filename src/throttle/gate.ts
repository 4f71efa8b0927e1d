/** Who may keep the gate closed. */
export type Keeper = 'operator' | 'throttles' | 'pacer';

/**
 * Where chunks and ranges wait while they are not welcome. Several may keep it closed; it is open when nobody does, and for good once `signal` is
 * aborted, so that whoever waits sees that the run has ended.
 */
export class Gate {
  readonly #signal: AbortSignal;
  readonly #keepers = new Set<Keeper>();
  #inside = 0;
  #waiting: (() => void)[] = [];

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#enterAll(), { once: true });
  }

  get isOpen(): boolean {
    return this.#keepers.size === 0 || this.#signal.aborted;
  }

  /** Pieces of work under way. */
  get inside(): number {
    return this.#inside;
  }

  isKeptBy(keeper: Keeper): boolean {
    return this.#keepers.has(keeper);
  }

  isKeptByOthers(keeper: Keeper): boolean {
    return this.#keepers.size > (this.#keepers.has(keeper) ? 1 : 0);
  }

  /** Lets nothing begin; what is inside goes on to its end. */
  close(keeper: Keeper): void {
    this.#keepers.add(keeper);
  }

  open(keeper: Keeper): void {
    this.#keepers.delete(keeper);
    if (this.isOpen) this.#enterAll();
  }

  /** Resolves when the gate is open. */
  async whenOpen(): Promise<void> {
    while (!this.isOpen) await new Promise<void>((enter) => this.#waiting.push(enter));
  }

  /** Runs a piece of work when it is welcome. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    await this.whenOpen();
    this.#inside += 1;
    try {
      return await work();
    } finally {
      this.#inside -= 1;
    }
  }

  #enterAll(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const enter of waiting) enter();
  }
}
