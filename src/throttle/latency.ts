import { Contact } from '../db/contact.js';
import type { Server } from '../db/server.js';
import { quoteTable, type TableName } from '../schema/names.js';
import type { Heartbeat } from './heartbeat.js';
import type { Throttle, ThrottleLimits } from './throttle.js';

/** Smoothing: as slow as the fastest of the last looks, so that one hiccup says nothing. */
const smoothedLooks = 3;

class Latencies {
  readonly #last: number[] = [];

  /** Takes a time and answers with the smoothed one. */
  take(ms: number): number {
    this.#last.push(ms);
    if (this.#last.length < smoothedLooks) return 0;
    if (this.#last.length > smoothedLooks) this.#last.shift();
    return Math.min(...this.#last);
  }
}

/** What the service waits for a cheap read of a source table. */
export class ReadTime implements Throttle {
  readonly name = 'read-time';
  readonly #contact: Contact;
  readonly #source: TableName;
  readonly #limits: Pick<ThrottleLimits, 'maxReadTimeMs'>;
  readonly #latencies = new Latencies();

  constructor(server: Server, source: TableName, limits: Pick<ThrottleLimits, 'maxReadTimeMs'>) {
    this.#contact = new Contact(server, 'throttling by read time');
    this.#source = source;
    this.#limits = limits;
  }

  async look(): Promise<string | null> {
    const { maxReadTimeMs } = this.#limits;
    if (maxReadTimeMs === 0) return null;
    await this.#contact.execute('DO 0'); // a connection that has to be made first is none of the service's time
    const startedAt = performance.now();
    await this.#contact.query(`SELECT 1 FROM ${quoteTable(this.#source)} LIMIT 1`);
    const ms = Math.round(this.#latencies.take(performance.now() - startedAt));
    return ms > maxReadTimeMs ? `read-time ${ms}ms > ${maxReadTimeMs}ms` : null;
  }

  cut(): void {
    this.#contact.cut();
  }

  close(): Promise<void> {
    return this.#contact.close();
  }
}

/** What the service waits for a commit: the heartbeat's takes as long. */
export class CommitTime implements Throttle {
  readonly name = 'commit-time';
  readonly #heartbeat: Heartbeat;
  readonly #limits: Pick<ThrottleLimits, 'maxCommitTimeMs'>;
  readonly #latencies = new Latencies();

  constructor(heartbeat: Heartbeat, limits: Pick<ThrottleLimits, 'maxCommitTimeMs'>) {
    this.#heartbeat = heartbeat;
    this.#limits = limits;
  }

  look(): Promise<string | null> {
    const { maxCommitTimeMs } = this.#limits;
    if (maxCommitTimeMs === 0) return Promise.resolve(null);
    const ms = Math.round(this.#latencies.take(this.#heartbeat.commitMs));
    return Promise.resolve(ms > maxCommitTimeMs ? `commit-time ${ms}ms > ${maxCommitTimeMs}ms` : null);
  }

  cut(): void {
    // The heartbeat watches over itself.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
