import { expect, onTestFinished } from 'vitest';
import type { CutoverChange } from '../../src/cutover/change.js';
import type { AttemptSessionIds, CutoverOptions, CutoverPoint } from '../../src/cutover/contract.js';
import { isWaitingForTable } from '../../src/cutover/guards.js';
import { readOutcome } from '../../src/cutover/outcome.js';
import { isUnused, probeSetup } from '../../src/cutover/probe.js';
import { Server } from '../../src/db/server.js';
import type { Session } from '../../src/db/session.js';
import { TideoverError } from '../../src/errors.js';
import { CounterService } from './counter-service.js';
import { createCounterTables } from './cutover-tables.js';
import { startServer, type TestServer } from './server.js';
import { until } from './until.js';

const seed = 1;
/** First, middle and last are different roles in the hand-over. */
export const tableCount = 3;

/** One attempt with time to spare on a busy machine; repetitions, if any, at once. */
export const options: CutoverOptions = {
  lockTimeoutMs: 2_000,
  deadlineMs: 10_000,
  attempts: 1,
  signal: new AbortController().signal,
  backoff: { minMs: 20, maxMs: 20 },
};

export interface UnderLoad {
  readonly change: CutoverChange;
  readonly service: CounterService;
}

/** A server with counter tables on it, and what a cutover must leave there. */
export class CutoverScene {
  readonly testServer: TestServer;
  readonly server: Server;
  readonly session: Session;

  private constructor(testServer: TestServer, session: Session) {
    this.testServer = testServer;
    this.server = new Server(testServer.settings(''));
    this.session = session;
  }

  static async open(): Promise<CutoverScene> {
    const testServer = await startServer();
    return new CutoverScene(testServer, await testServer.connect());
  }

  async close(): Promise<void> {
    await this.session.close();
    await this.testServer.stop();
  }

  /** Tables, and a service that writes to them until the test has finished. */
  async underLoad(): Promise<UnderLoad> {
    const change = await createCounterTables(this.session, tableCount);
    const sources = change.swapped.map((table) => table.source);
    const service = new CounterService(this.testServer, sources, seed);
    await service.start({ writers: 8, readers: 1 });
    onTestFinished(() => service.stop());
    await service.progress(100);
    return { change, service };
  }

  /** The service goes on, nothing of ours is on the server, every acknowledged write is there, and the tables are where they were. */
  async expectUntouched({ change, service }: UnderLoad): Promise<void> {
    await this.expectLedger(service);
    await this.#expectNothingLeft(change);
    expect(await readOutcome(this.session, change)).toBe('not-swapped');
  }

  async expectSwapped({ change, service }: UnderLoad): Promise<void> {
    await this.expectLedger(service);
    expect(await readOutcome(this.session, change)).toBe('swapped');
  }

  /** The service goes on, stops, and the tables hold what was acknowledged. */
  async expectLedger(service: CounterService): Promise<void> {
    await service.progress(100);
    await service.stop();
    expect(await service.audit(this.session)).toEqual({ lost: 0, phantom: 0 });
  }

  /** Ends a session; resolves when the server shows it no more. */
  async killed(id: number): Promise<void> {
    await this.session.execute(`KILL ${id}`);
    await until(async () => !(await this.session.query('SHOW PROCESSLIST')).some((row) => Number(row['Id']) === id));
  }

  /** Resolves when the session waits for a table's metadata lock. */
  async isWaiting(id: number): Promise<void> {
    const waits = async () =>
      (await this.session.query('SHOW PROCESSLIST')).some((row) => Number(row['Id']) === id && isWaitingForTable(row));
    await until(waits);
  }

  /** A client in the middle of a transaction; its connection is cut when the test has finished, if not before. */
  async holder(...statements: readonly string[]): Promise<Session> {
    const holder = await this.testServer.connect();
    onTestFinished(() => holder.destroy());
    await holder.execute('BEGIN');
    for (const statement of statements) await holder.query(statement);
    return holder;
  }

  async #expectNothingLeft({ swapped }: CutoverChange): Promise<void> {
    // A client's session is on the server for a moment after it was closed.
    await expect.poll(() => this.#otherSessions(), { timeout: 5_000 }).toEqual([]);
    expect(
      await this.session.query(
        `SELECT TABLE_NAME FROM information_schema.TABLES
         WHERE TABLE_SCHEMA = 'app__retired' OR TABLE_SCHEMA LIKE 'app%' AND TABLE_NAME LIKE '$%'`,
      ),
    ).toEqual([]);
    const probe = await this.testServer.connect();
    try {
      await probe.execute(probeSetup);
      // The server's purge of old row versions uses a table for a moment, too.
      for (const name of swapped.flatMap(({ source, shadow }) => [source, shadow]))
        await expect.poll(() => isUnused(probe, name), { timeout: 5_000 }).toBe(true);
    } finally {
      await probe.close();
    }
  }

  async #otherSessions() {
    const list = await this.session.query('SHOW PROCESSLIST');
    return list.filter((row) => row['User'] === 'root' && Number(row['Id']) !== this.session.id);
  }
}

/** The cutover's failure; a success is one too. */
export async function failureOf(promise: Promise<unknown>): Promise<TideoverError> {
  const outcome = await promise.then(
    () => 'succeeded',
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(TideoverError);
  return outcome as TideoverError;
}

/** A hook that acts once, at one point. */
export function at(point: CutoverPoint, act: (ids: AttemptSessionIds) => Promise<unknown>) {
  let acted = false;
  return async (reached: CutoverPoint, ids: AttemptSessionIds): Promise<void> => {
    if (reached !== point || acted) return;
    acted = true;
    await act(ids);
  };
}

/** Something that one side waits for and the other says. */
export function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give };
}
