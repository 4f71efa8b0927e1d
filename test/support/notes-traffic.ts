import { setTimeout as delay } from 'node:timers/promises';
import { Agent } from 'undici';
import type { ConnectionSettings } from '../../src/db/dsn.js';
import { Client } from './ledger/client.js';

/** What the clients of the notes service saw. */
export interface TrafficReport {
  readonly answered: number;
  /** Answers other than 201 and 204, by status or error; a note that was created twice is `409`. */
  readonly failed: Readonly<Record<string, number>>;
  /** From sending until the answer, ms. */
  readonly longestMs: number;
  readonly p99Ms: number;
}

/** Every n-th note stays; the others are deleted by the next request. */
const staysEvery = 4;

/** Clients that create and delete notes at a steady rate, whatever the answers take, and remember what was acknowledged. */
export class NotesTraffic {
  readonly #agent = new Agent({ connections: 256, pipelining: 1, headersTimeout: 60_000, bodyTimeout: 60_000 });
  readonly #url: string;
  readonly #pauseMs: number;
  readonly #present = new Set<number>();
  readonly #failed: Record<string, number> = {};
  readonly #latencies: number[] = [];
  readonly #open = new Set<Promise<void>>();
  #nextId = 1;
  #running: Promise<void> | undefined;
  #stopped = false;

  /** `rate` is requests per second, `firstId` the first note's. */
  constructor(options: { readonly url: string; readonly rate: number; readonly firstId: number }) {
    this.#url = options.url;
    this.#pauseMs = 1_000 / options.rate;
    this.#nextId = options.firstId;
  }

  get answered(): number {
    return this.#latencies.length;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Resolves when `count` further requests were answered. */
  async more(count: number): Promise<void> {
    const until = this.answered + count;
    while (this.answered < until) await delay(20);
  }

  /** Ends it; what is under way is answered first. May be called again. */
  async stop(): Promise<TrafficReport> {
    this.#stopped = true;
    await this.#running;
    await Promise.all(this.#open);
    if (!this.#agent.closed) await this.#agent.close();
    const sorted = [...this.#latencies].sort((a, b) => a - b);
    return {
      answered: this.answered,
      failed: this.#failed,
      longestMs: Math.round(sorted.at(-1) ?? 0),
      p99Ms: Math.round(sorted[Math.ceil(0.99 * sorted.length) - 1] ?? 0),
    };
  }

  /** Notes that were acknowledged and are not in the table, and rows that should not be there. Call it after `stop`. */
  async differences(settings: ConnectionSettings, table: string): Promise<{ lost: number; phantom: number }> {
    const client = await Client.open(settings);
    try {
      const rows = await client.query(`SELECT id FROM ${table} WHERE body LIKE 'note %'`);
      const found = new Set(rows.map((row) => Number(row['id'])));
      return {
        lost: [...this.#present].filter((id) => !found.has(id)).length,
        phantom: [...found].filter((id) => !this.#present.has(id)).length,
      };
    } finally {
      await client.close();
    }
  }

  /** Open loop: a request that waits does not keep the next one back. */
  async #run(): Promise<void> {
    const startedAt = performance.now();
    for (let sent = 0; !this.#stopped; sent += 1) {
      const early = startedAt + sent * this.#pauseMs - performance.now();
      if (early > 1) await delay(early);
      const note = this.#note(this.#nextId++).finally(() => this.#open.delete(note));
      this.#open.add(note);
      sent += 1; // its delete
    }
  }

  async #note(id: number): Promise<void> {
    if ((await this.#ask('POST', id)) !== 201) return;
    this.#present.add(id);
    if (id % staysEvery === 0) return;
    if ((await this.#ask('DELETE', id)) === 204) this.#present.delete(id);
  }

  async #ask(method: 'POST' | 'DELETE', id: number): Promise<number> {
    const sentAt = performance.now();
    const status = await this.#agent
      .request({ origin: this.#url, path: `/notes/${id}`, method })
      .then(async ({ statusCode, body }) => {
        await body.dump();
        return statusCode;
      })
      .catch((error: unknown) => (error as { code?: string }).code ?? 'error');
    this.#latencies.push(performance.now() - sentAt);
    if (status !== 201 && status !== 204) this.#failed[status] = (this.#failed[status] ?? 0) + 1;
    return Number(status);
  }
}
