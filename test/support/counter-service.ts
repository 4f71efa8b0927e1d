import { ServerError } from '../../src/db/server-error.js';
import type { Session } from '../../src/db/session.js';
import { quoteTable, type TableName } from '../../src/schema/names.js';
import type { TestServer } from './server.js';

/** Rows per table; few, so that writers meet. */
export const rowsPerTable = 50;

/**
 * A service that increments counters in many tables, half of the time in two of them at once, and keeps a ledger of what the server
 * acknowledged. Afterwards every counter must hold exactly what was acknowledged: less is a lost write, more a phantom.
 */
export class CounterService {
  readonly #server: TestServer;
  readonly #tables: readonly TableName[];
  readonly #acknowledged = new Map<string, number>();
  readonly #random: () => number;
  #clients: Promise<void>[] = [];
  #stopping = false;
  #watchers = new Set<() => void>();
  /** Refused statements by error number. */
  readonly errors = new Map<number, number>();
  /** Longest time of one transaction, and of one read, since the last `mark()`. */
  longestWriteMs = 0;
  longestReadMs = 0;
  acknowledgements = 0;

  constructor(server: TestServer, tables: readonly TableName[], seed: number) {
    this.#server = server;
    this.#tables = tables;
    this.#random = mulberry32(seed);
  }

  async start(clients: { readonly writers: number; readonly readers: number }): Promise<void> {
    const writers = await Promise.all(Array.from({ length: clients.writers }, () => this.#server.connect()));
    const readers = await Promise.all(Array.from({ length: clients.readers }, () => this.#server.connect()));
    this.#clients = [
      ...writers.map((session) => this.#write(session)),
      ...readers.map((session) => this.#read(session)),
    ];
  }

  /** Resolves when `count` more transactions were acknowledged; so something was written before and after whatever happens between. */
  async progress(count: number): Promise<void> {
    const target = this.acknowledgements + count;
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (this.acknowledgements < target) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
    });
  }

  mark(): void {
    this.longestWriteMs = 0;
    this.longestReadMs = 0;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#clients);
  }

  /** Compares the tables with the ledger. */
  async audit(session: Session): Promise<{ readonly lost: number; readonly phantom: number }> {
    let lost = 0;
    let phantom = 0;
    for (const table of this.#tables) {
      const rows = await session.query(`SELECT id, v FROM ${quoteTable(table)}`);
      const counters = new Map(rows.map((row) => [Number(row['id']), Number(row['v'])]));
      for (let id = 0; id < rowsPerTable; id++) {
        const difference = (this.#acknowledged.get(`${quoteTable(table)} ${id}`) ?? 0) - (counters.get(id) ?? 0);
        if (difference > 0) lost += difference;
        else phantom -= difference;
      }
    }
    return { lost, phantom };
  }

  async #write(session: Session): Promise<void> {
    while (!this.#stopping) {
      const tables = this.#random() < 0.5 ? [this.#anyTable()] : [this.#anyTable(), this.#anyTable()];
      const id = Math.floor(this.#random() * rowsPerTable);
      const began = performance.now();
      try {
        await session.execute('BEGIN');
        for (const table of tables) await session.execute(`UPDATE ${quoteTable(table)} SET v = v + 1 WHERE id = ${id}`);
        await session.execute('COMMIT');
        this.#acknowledge(tables, id);
      } catch (error) {
        this.#count(error);
        await session.execute('ROLLBACK');
      }
      this.longestWriteMs = Math.max(this.longestWriteMs, performance.now() - began);
    }
    await session.close();
  }

  #acknowledge(tables: readonly TableName[], id: number): void {
    for (const table of tables) {
      const key = `${quoteTable(table)} ${id}`;
      this.#acknowledged.set(key, (this.#acknowledged.get(key) ?? 0) + 1);
    }
    this.acknowledgements++;
    for (const look of this.#watchers) look();
  }

  async #read(session: Session): Promise<void> {
    while (!this.#stopping) {
      const began = performance.now();
      try {
        await session.query(`SELECT COUNT(*) FROM ${quoteTable(this.#anyTable())}`);
      } catch (error) {
        this.#count(error);
      }
      this.longestReadMs = Math.max(this.longestReadMs, performance.now() - began);
    }
    await session.close();
  }

  #count(error: unknown): void {
    if (!(error instanceof ServerError) || error.connectionLost) throw error;
    this.errors.set(error.errno, (this.errors.get(error.errno) ?? 0) + 1);
  }

  #anyTable(): TableName {
    return this.#tables[Math.floor(this.#random() * this.#tables.length)]!;
  }
}

/** A small seeded generator; the interleaving of the clients is the server's. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
