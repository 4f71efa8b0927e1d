import { setTimeout as delay } from 'node:timers/promises';
import type { Session } from '../../src/db/session.js';
import { startServer, type TestServer } from './server.js';
import { executeOn, withSession } from './sessions.js';

/**
 * A server whose commits hang while its replica is away: they are in the log, where a tail reads them, and invisible to everybody (semi-sync, AFTER_SYNC).
 * What is a moment elsewhere (I3) lasts here for as long as a test wants.
 */
export interface SemiSync {
  readonly primary: TestServer;
  /** From now on commits hang, those of the engine, too. */
  hold(): Promise<void>;
  release(): Promise<void>;
  /** Ends both servers. */
  stop(): Promise<void>;
}

/** Longer than any test: after it the primary would go on without its replica. */
const ackTimeoutMs = 3_600_000;

export async function startSemiSync(): Promise<SemiSync> {
  const primary = await startServer({ durable: true });
  try {
    const replica = await primary.startReplica();
    const restartReading = ['STOP SLAVE IO_THREAD', 'START SLAVE IO_THREAD'];
    await executeOn(replica, 'SET GLOBAL rpl_semi_sync_slave_enabled = ON', ...restartReading);
    await executeOn(
      primary,
      `SET GLOBAL rpl_semi_sync_master_timeout = ${ackTimeoutMs}`,
      "SET GLOBAL rpl_semi_sync_master_wait_point = 'AFTER_SYNC'",
      'SET GLOBAL rpl_semi_sync_master_enabled = ON',
    );
    return {
      primary,
      hold: () => executeOn(replica, 'STOP SLAVE IO_THREAD'),
      release: async () => {
        await executeOn(replica, 'START SLAVE IO_THREAD');
        await withSession(primary, untilAcknowledged);
      },
      stop: () => primary.stop(),
    };
  } catch (error) {
    await primary.stop();
    throw error;
  }
}

/** For a replica that is connected again, and for what it acknowledges. */
const ackMs = 500;

/**
 * A replica that was stopped between taking an event and acknowledging it never does (seen on 10.11): it has what it asks for from then on. The primary gives
 * those up, and begins anew.
 */
async function untilAcknowledged(session: Session): Promise<void> {
  const isWaiting = async (): Promise<boolean> =>
    (await session.query('SHOW PROCESSLIST')).some(({ State }) => State?.includes('semi-sync ACK') === true);
  let since = Date.now();
  while (await isWaiting()) {
    await delay(5);
    if (Date.now() - since < ackMs) continue;
    for (const state of ['OFF', 'ON']) await session.execute(`SET GLOBAL rpl_semi_sync_master_enabled = ${state}`);
    since = Date.now();
  }
}

/** The statements of the commits that hang; null where the server tells none. */
export async function hangingCommits(session: Session): Promise<readonly (string | null)[]> {
  const sessions = await session.query('SHOW PROCESSLIST');
  return sessions
    .filter(({ State }) => State === 'Commit' || State?.includes('semi-sync ACK') === true)
    .map(({ Info }) => Info ?? null);
}

/** Resolves when the commit of a statement that begins like this hangs. */
export function commitHangs(server: TestServer, statement: string): Promise<void> {
  return withSession(server, async (session) => {
    while (!(await hangingCommits(session)).some((hanging) => hanging?.startsWith(statement) === true)) await delay(10);
  });
}
