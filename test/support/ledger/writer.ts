import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionSettings } from '../../../src/db/dsn.js';
import { Client, failureOf } from './client.js';
import type { Random } from './random.js';

/** What a writer may write to, and what the server acknowledged of it. */
export interface Desk {
  /** Opens the books of one transaction on this session; on a new one the end of the last transaction may have to be found out first. */
  begin(client: Client): Books | Promise<Books>;
}

/** The statements of one transaction together with what they do to the model. */
export interface Books {
  /** Does one thing that the service does, with `single` in one statement. */
  operate(random: Random, options: { single: boolean }): Promise<void>;
  /** A savepoint around `work`, rolled back to at its end. */
  withdrawn(work: () => Promise<void>): Promise<void>;
  /** The server acknowledged it. */
  commit(): void;
  /** The server did not do it, or undid it. */
  rollback(): void;
  /** Its end was sent and never answered. */
  doubt(): void;
}

/** The server did what no server may do. The writer gives up: he knows no more what his rows are. */
export class Surprise extends Error {}

/** What the writers tell the harness as they go. */
export interface WriterReports {
  /** A transaction was acknowledged (also an acknowledged ROLLBACK). */
  readonly acknowledged: (committed: boolean, latencyMs: number) => void;
  /** The server said no; `errno` 0 is a broken connection. */
  readonly failed: (errno: number) => void;
}

export interface WriterOptions {
  readonly settings: ConnectionSettings;
  readonly desk: Desk;
  readonly random: Random;
  readonly reports: WriterReports;
  /** Pause between transactions, ms; 0 for as fast as the server answers. */
  readonly thinkMs: number;
  readonly isolation: 'REPEATABLE READ' | 'READ COMMITTED';
  /** Further errors after which the same transaction is tried again: of a server that somebody does something to. */
  readonly expected?: readonly number[];
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

/** `refused` and `disturbed`: the same transaction is to be tried again; `disturbed` by what is nobody's fault but the server's. */
type AttemptEnd = 'done' | 'refused' | 'disturbed';

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
    // Whoever gives up must not keep the locks of his transaction.
    this.#done = this.#loop().finally(() => this.#client?.close());
    // The harness awaits `stop`; until then a failure must not count as unhandled.
    this.gaveUp = new Promise((resolve) => {
      this.#done.catch(() => {
        resolve();
      });
    });
  }

  /** Resolves when the transaction in flight has ended; rejects with what made the writer give up. */
  stop(): Promise<void> {
    this.#stopping = true;
    return this.#done;
  }

  async #loop(): Promise<void> {
    for (let number = 0; !this.#stopping; number++) {
      let attempts = 0;
      for (;;) {
        const ended = await this.#attempt(this.#options.random.fork(number));
        if (ended === 'done') break;
        // A server that is away, or harmed, says nothing about the transaction.
        if (ended === 'refused' && ++attempts >= maxAttempts)
          throw new Error(`transaction ${number} failed ${attempts} times`);
        if (ended === 'disturbed' && this.#isStopping()) return;
      }
      if (this.#options.thinkMs > 0) await delay(this.#options.thinkMs);
    }
  }

  /** Asked anew: a transaction lasts. */
  #isStopping(): boolean {
    return this.#stopping;
  }

  async #connected(): Promise<Client> {
    if (this.#client) return this.#client;
    this.#client = await Client.open(this.#options.settings);
    await this.#client.execute(`SET SESSION TRANSACTION ISOLATION LEVEL ${this.#options.isolation}`);
    return this.#client;
  }

  async #attempt(random: Random): Promise<AttemptEnd> {
    const { reports, desk } = this.#options;
    const started = performance.now();
    let books: Books | undefined;
    // True while a statement is out that commits by itself.
    let committing = false;
    try {
      const client = await this.#connected();
      books = await desk.begin(client);
      const { frame } = random.weighted(frames);
      if (frame === 'autocommit') {
        committing = true;
        await books.operate(random, { single: true });
        committing = false;
        books.commit();
      } else {
        await client.execute('START TRANSACTION');
        for (let left = random.between(1, 5); left > 0; left--) await books.operate(random, { single: false });
        if (random.chance(0.1)) await books.withdrawn(() => books!.operate(random, { single: false }));
        committing = frame === 'commit';
        await client.execute(frame === 'commit' ? 'COMMIT' : 'ROLLBACK');
        if (committing) books.commit();
        else books.rollback();
      }
      reports.acknowledged(frame !== 'rollback', performance.now() - started);
      return 'done';
    } catch (error) {
      return this.#recover(error, books, { committing });
    }
  }

  async #recover(
    error: unknown,
    books: Books | undefined,
    { committing }: { committing: boolean },
  ): Promise<AttemptEnd> {
    const { reports } = this.#options;
    if (error instanceof Surprise) {
      books?.rollback();
      throw error;
    }
    const failure = failureOf(error);
    reports.failed(failure.errno);
    if (failure.lost) {
      if (committing) books?.doubt();
      else books?.rollback();
      await this.#hangUp();
      return committing ? 'done' : 'disturbed';
    }
    books?.rollback();
    const isExpected = this.#options.expected?.includes(failure.errno) === true;
    if (!retried.has(failure.errno) && !isExpected) throw error;
    try {
      await this.#client!.execute('ROLLBACK');
    } catch (second) {
      const { lost, errno } = failureOf(second);
      if (!lost) throw second;
      // What the server rolls back by itself then.
      reports.failed(errno);
      await this.#hangUp();
      return 'disturbed';
    }
    if (!isExpected) return 'refused';
    await delay(reconnectMs);
    return 'disturbed';
  }

  /** The next transaction connects anew. */
  async #hangUp(): Promise<void> {
    await this.#client?.close();
    this.#client = undefined;
    await delay(reconnectMs);
  }
}
