import { randomInt } from 'node:crypto';
import { Contact } from '../db/contact.js';
import type { Server } from '../db/server.js';
import { journalSchema } from '../schema/names.js';
import { pause } from '../util/pause.js';

/** The row's age on a replica is its lag, to within this. */
const beatEveryMs = 200;
/** A commit that has not ended by then never will: the network is silent. */
const cutMs = 10_000;

/** Milliseconds of this process's own clock, which never jumps: beats are sent and judged by the same clock. */
export function nowMs(): number {
  return Math.round(performance.timeOrigin + performance.now());
}

/**
 * One row on the source that tells the time, several times a second: its age on a replica is that replica's lag, and its commit takes as long as the
 * service's. It beats only while somebody listens.
 */
export class Heartbeat {
  readonly #contact: Contact;
  readonly #runId: number;
  /** Another engine's beats, by another clock, are none of ours. */
  readonly #origin = randomInt(1, 2 ** 47);
  #sentAt: number | null = null;
  #lastCommitMs = 0;

  constructor(server: Server, runId: number) {
    this.#runId = runId;
    this.#contact = new Contact(server, 'the heartbeat');
  }

  /** How long the last commit took, or the one that is under way has taken. Milliseconds. */
  get commitMs(): number {
    const underWay = this.#sentAt === null ? 0 : nowMs() - this.#sentAt;
    return Math.max(underWay, this.#lastCommitMs);
  }

  /** The newest beat that `contact` sees, by this process's clock; null when none of this engine has arrived there. */
  async seenThrough(contact: Contact): Promise<number | null> {
    const [row] = await contact.query(
      `SELECT sent_at AS t FROM ${journalSchema}.heartbeats WHERE run_id = ${this.#runId} AND origin = ${this.#origin}`,
    );
    return row?.['t'] == null ? null : Number(row['t']);
  }

  /** Beats while `wanted`, until `signal`. A beat that fails is tried again: whoever listens notices that it is missing. */
  async loop(signal: AbortSignal, wanted: () => boolean): Promise<void> {
    const cut = setInterval(() => {
      if (this.#sentAt !== null && nowMs() - this.#sentAt > cutMs) this.#contact.cut();
    }, cutMs / 2);
    signal.addEventListener('abort', () => this.#contact.cut(), { once: true });
    while (!signal.aborted) {
      if (wanted()) await this.#beat().catch(() => undefined);
      await pause(beatEveryMs, signal);
    }
    clearInterval(cut);
    await this.#contact.close();
  }

  async #beat(): Promise<void> {
    this.#sentAt = nowMs();
    const startedAt = performance.now();
    try {
      await this.#contact.execute(
        `INSERT INTO ${journalSchema}.heartbeats (run_id, origin, sent_at) VALUES (${this.#runId}, ${this.#origin}, ${this.#sentAt})` +
          ' ON DUPLICATE KEY UPDATE origin = VALUES(origin), sent_at = VALUES(sent_at)',
      );
    } finally {
      this.#lastCommitMs = performance.now() - startedAt;
      this.#sentAt = null;
    }
  }
}
