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
      release: () => executeOn(replica, 'START SLAVE IO_THREAD'),
      stop: () => primary.stop(),
    };
  } catch (error) {
    await primary.stop();
    throw error;
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
