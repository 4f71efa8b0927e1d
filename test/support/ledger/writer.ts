import type { ConnectionSettings } from '../../../src/db/dsn.js';
import { Client, failureOf } from './client.js';
import { operations, type OperationName } from './operations.js';
import type { Random } from './random.js';
import { Transaction, type Doubt, type Place } from './transaction.js';

/** What the writers tell the harness as they go. */
export interface WriterReports {
  /** A transaction was acknowledged (also an acknowledged ROLLBACK). */
  readonly acknowledged: (committed: boolean, latencyMs: number) => void;
  /** The server said no; `errno` 0 is a broken connection. */
  readonly failed: (errno: number) => void;
  /** Something that no server may do to the owner of his rows. */
  readonly observed: (observation: string) => void;
  readonly doubted: (doubt: Doubt) => void;
}

export interface WriterOptions {
  readonly settings: ConnectionSettings;
  readonly places: readonly Place[];
  readonly random: Random;
  readonly reports: WriterReports;
  /** Pause between transactions, ms; 0 for as fast as the server answers. */
  readonly thinkMs: number;
  /** What the writer does; everything by default. */
  readonly only?: readonly OperationName[];
  readonly isolation: 'REPEATABLE READ' | 'READ COMMITTED';
}

/** ER_LOCK_DEADLOCK, ER_LOCK_WAIT_TIMEOUT: a service tries again. */
const retried = new Set([1213, 1205]);

/** The same transaction is tried this often before the writer gives up. */
const maxAttempts = 200;

/** Between two tries to connect again. */
const reconnectMs = 50;

/** How a transaction is framed; `shape` of the service's habits. */
const frames = [
  { frame: 'autocommit', weight: 4 },
  { frame: 'commit', weight: 6 },
  { frame: 'rollback', weight: 1 },
] as const;

/** One connection of the service, one transaction after the other, each chosen by (seed, writer, number of the transaction). */
export class Writer {
  readonly #options: WriterOptions;
  #client: Client | undefined;
  #stopping = false;
  #done: Promise<void> = Promise.resolve();
  /** Resolves when the writer has ended by an error; `stop` tells which. */
  gaveUp = new Promise<void>(() => undefined);

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  start(): void {
    this.#done = this.#loop();
    // The harness awaits `stop`; until then a failure must not count as unhandled.
    this.gaveUp = new Promise((resolve) => {
      this.#done.catch(() => {
        resolve();
      });
    });
  }

  /** Resolves when the transaction in flight has ended; rejects with what made the writer give up. */
  async stop(): Promise<void> {
    this.#stopping = true;
    try {
      await this.#done;
    } finally {
      await this.#client?.close();
    }
  }

  async #loop(): Promise<void> {
    for (let number = 0; !this.#stopping; number++) {
      for (let attempt = 1; !(await this.#attempt(this.#options.random.fork(number))); attempt++) {
        if (attempt >= maxAttempts) throw new Error(`transaction ${number} failed ${attempt} times`);
      }
      if (this.#options.thinkMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#options.thinkMs));
    }
  }

  async #connected(): Promise<Client> {
    if (this.#client) return this.#client;
    this.#client = await Client.open(this.#options.settings);
    await this.#client.execute(`SET SESSION TRANSACTION ISOLATION LEVEL ${this.#options.isolation}`);
    return this.#client;
  }

  /** Returns false when the same transaction is to be tried again. */
  async #attempt(random: Random): Promise<boolean> {
    const { reports, places } = this.#options;
    const started = performance.now();
    let tx: Transaction | undefined;
    // True while a statement is out that commits by itself.
    let committing = false;
    try {
      const client = await this.#connected();
      tx = new Transaction(client, places, reports.observed);
      const { frame } = random.weighted(frames);
      if (frame === 'autocommit') {
        committing = true;
        await this.#operate(tx, random, { single: true });
        committing = false;
        tx.commit();
      } else {
        await client.execute('START TRANSACTION');
        for (let left = random.between(1, 5); left > 0; left--) await this.#operate(tx, random, { single: false });
        if (random.chance(0.1)) await tx.withdrawn(() => this.#operate(tx!, random, { single: false }));
        committing = frame === 'commit';
        await client.execute(frame === 'commit' ? 'COMMIT' : 'ROLLBACK');
        if (committing) tx.commit();
        else tx.rollback();
      }
      reports.acknowledged(frame !== 'rollback', performance.now() - started);
      return true;
    } catch (error) {
      return this.#recover(error, tx, { committing });
    }
  }

  async #recover(
    error: unknown,
    tx: Transaction | undefined,
    { committing }: { committing: boolean },
  ): Promise<boolean> {
    const { reports } = this.#options;
    const failure = failureOf(error);
    if (!failure.lost && failure.errno === 0) throw error;
    reports.failed(failure.errno);
    if (failure.lost) {
      if (tx && committing) reports.doubted(tx.doubt());
      else tx?.rollback();
      await this.#client?.close();
      this.#client = undefined;
      await new Promise((resolve) => setTimeout(resolve, reconnectMs));
      return committing;
    }
    tx?.rollback();
    if (!retried.has(failure.errno)) throw error;
    await this.#client!.execute('ROLLBACK');
    return false;
  }

  async #operate(tx: Transaction, random: Random, { single }: { single: boolean }): Promise<void> {
    const place = random.pick(this.#options.places);
    const { shape } = place.slice;
    const { only } = this.#options;
    const candidates = operations.filter(
      (operation) =>
        operation.suits(shape) && (operation.single || !single) && (only?.includes(operation.name) ?? true),
    );
    await random.weighted(candidates).run(tx, place, random);
  }
}
