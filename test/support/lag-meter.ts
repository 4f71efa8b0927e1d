import { setTimeout as delay } from 'node:timers/promises';
import type { Session } from '../../src/db/session.js';
import type { TestReplica, TestServer } from './server.js';

const everyMs = 50;

/** Measures how far replicas are behind, by rows of its own and one clock; the engine's heartbeat has no part in it. */
export class LagMeter implements AsyncDisposable {
  readonly #sessions: readonly Session[];
  #longest: number[];
  #stopped = false;
  #running: Promise<void> = Promise.resolve();

  private constructor(primary: Session, replicas: readonly Session[]) {
    this.#sessions = [primary, ...replicas];
    this.#longest = replicas.map(() => 0);
    this.#running = this.#measure(primary, replicas);
  }

  static async start(primary: TestServer, replicas: readonly TestReplica[]): Promise<LagMeter> {
    const writing = await primary.connect();
    await writing.execute('CREATE DATABASE lag');
    await writing.execute('CREATE TABLE lag.beat (sent BIGINT NOT NULL)');
    await writing.execute('INSERT INTO lag.beat VALUES (0)');
    for (const replica of replicas) await replica.caughtUp();
    return new LagMeter(writing, await Promise.all(replicas.map((replica) => replica.connect())));
  }

  /** The longest lag of each replica since the last reset, ms. */
  get longestMs(): readonly number[] {
    return this.#longest;
  }

  reset(): void {
    this.#longest = this.#longest.map(() => 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    await this.#running;
    const [primary] = this.#sessions;
    await primary!.execute('DROP DATABASE lag');
    await Promise.all(this.#sessions.map((session) => session.close()));
  }

  async #measure(primary: Session, replicas: readonly Session[]): Promise<void> {
    while (!this.#stopped) {
      await primary.execute(`UPDATE lag.beat SET sent = ${Date.now()}`);
      const seen = await Promise.all(replicas.map((replica) => replica.queryOne('SELECT sent FROM lag.beat')));
      seen.forEach(({ sent }, index) => {
        if (sent !== '0') this.#longest[index] = Math.max(this.#longest[index]!, Date.now() - Number(sent));
      });
      await delay(everyMs);
    }
  }
}
