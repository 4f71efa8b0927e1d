import type { ConnectionSettings } from '../../../src/db/dsn.js';
import type { Random } from './random.js';
import { Writer, type Desk } from './writer.js';

export interface WorkloadOptions {
  readonly settings: ConnectionSettings;
  /** One per writer. */
  readonly desks: readonly Desk[];
  readonly random: Random;
  /** Pause of a writer between transactions, ms. */
  readonly thinkMs?: number;
  /** Errors that somebody else causes while the migration runs, by the server's number; 0 is a broken connection. */
  readonly expected?: readonly number[];
}

/** The errors that a service meets on a good day; each was retried. */
const harmless = new Set(['1213', '1205']);

/** All writers of one run and what they met. */
export class Workload {
  readonly #writers: Writer[];
  readonly #waiting: { at: number; resolve: () => void }[] = [];
  #acknowledged = 0;
  #committed = 0;
  #longestMs = 0;
  readonly #errors: Record<string, number> = {};
  readonly #expected: ReadonlySet<string>;

  constructor({ settings, desks, random, thinkMs = 0, expected = [] }: WorkloadOptions) {
    this.#expected = new Set(expected.map(String));
    this.#writers = desks.map(
      (desk, index) =>
        new Writer({
          settings,
          desk,
          random: random.fork(`writer ${index}`),
          thinkMs,
          expected,
          isolation: index % 2 === 0 ? 'REPEATABLE READ' : 'READ COMMITTED',
          reports: {
            acknowledged: (committed, latencyMs) => this.#count(committed, latencyMs),
            failed: (errno) => (this.#errors[errno] = (this.#errors[errno] ?? 0) + 1),
          },
        }),
    );
  }

  /** Transactions that the server acknowledged as committed. */
  get committed(): number {
    return this.#committed;
  }

  /** Errors that the service saw, by the server's number; 0 is a broken connection. */
  get errors(): Readonly<Record<string, number>> {
    return this.#errors;
  }

  /** Errors that a migration must not cause. */
  get harmfulErrors(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      Object.entries(this.#errors).filter(([number]) => !harmless.has(number) && !this.#expected.has(number)),
    );
  }

  /** The slowest transaction, ms, retries not counted. */
  get longestMs(): number {
    return this.#longestMs;
  }

  start(): void {
    for (const writer of this.#writers) writer.start();
  }

  /** Resolves when `count` more transactions are acknowledged, or when a writer has given up. */
  async more(count: number): Promise<void> {
    const reached = new Promise<void>((resolve) => this.#waiting.push({ at: this.#acknowledged + count, resolve }));
    await Promise.race([reached, ...this.#writers.map((writer) => writer.gaveUp)]);
  }

  /** Ends every writer after its transaction in flight. Rejects with the first reason why one gave up. */
  async stop(): Promise<void> {
    const ends = await Promise.allSettled(this.#writers.map((writer) => writer.stop()));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
  }

  #count(committed: boolean, latencyMs: number): void {
    this.#acknowledged++;
    if (committed) this.#committed++;
    this.#longestMs = Math.max(this.#longestMs, latencyMs);
    for (const waiting of [...this.#waiting]) {
      if (this.#acknowledged < waiting.at) continue;
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.resolve();
    }
  }
}
