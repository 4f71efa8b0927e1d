import { createHash } from 'node:crypto';
import { quoteString } from '../db/quote.js';
import type { Server } from '../db/server.js';
import type { Session } from '../db/session.js';
import { TideoverError } from '../errors.js';

/** The server's limit for the name of a user lock, in characters. */
const maxLockNameLength = 64;

/** Well below every idle timeout of a server or a firewall that was met in practice. */
const pingEveryMs = 10_000;

/** Keeps a second engine off the same database. Held by a session: it ends with the engine, however the engine ends. */
export interface RunLock {
  /** Asks the server whether this session still holds the lock; false as well when the server cannot be asked. */
  isAlive(): Promise<boolean>;
  /** Throws `run-stopped` when it does not, and `connection-lost` when its session is lost, and the lock with it. */
  refuseLost(): Promise<void>;
  /** Lets the lock go and ends its session. Idempotent; never throws. */
  release(): Promise<void>;
}

/** The name under which the server keeps the lock of `database`. */
export function runLockName(database: string): string {
  const name = `tideover:${database}`;
  if (name.length <= maxLockNameLength) return name;
  return `tideover:${createHash('sha256').update(database).digest('hex').slice(0, 48)}`;
}

/** Takes the run lock of `database`, or returns null when another session has it. Does not wait. */
export async function acquireRunLock(server: Server, database: string): Promise<RunLock | null> {
  const name = quoteString(runLockName(database));
  const session = await server.connect('the run lock');
  try {
    const { got } = await session.queryOne(`SELECT GET_LOCK(${name}, 0) AS got`);
    if (got === '1') return holdRunLock(session, database, name);
  } catch (error) {
    session.destroy();
    throw error;
  }
  await session.close();
  return null;
}

function holdRunLock(session: Session, database: string, name: string): RunLock {
  let released = false;
  const isMine = async (): Promise<boolean> => {
    if (released) return false;
    const { mine } = await session.queryOne(`SELECT IS_USED_LOCK(${name}) = CONNECTION_ID() AS mine`);
    return mine === '1';
  };
  const isAlive = (): Promise<boolean> => isMine().catch(() => false);
  // A failed ping needs no handling here: whoever depends on the lock asks.
  const ping = setInterval(() => void isAlive(), pingEveryMs);
  ping.unref();
  return {
    isAlive,
    async refuseLost() {
      if (await isMine()) return;
      throw new TideoverError('run-stopped', `the run lock of ${database} was lost: another engine may be at work`, {
        hint: 'See "tideover status", then run again.',
      });
    },
    async release() {
      if (released) return;
      released = true;
      clearInterval(ping);
      try {
        await session.execute(`DO RELEASE_LOCK(${name})`);
      } catch {
        // The session is gone, and the lock with it.
      }
      await session.close();
    },
  };
}

/** Whether an engine, wherever it runs, holds the run lock of `database`. */
export async function isRunLockHeld(session: Session, database: string): Promise<boolean> {
  const { held } = await session.queryOne(
    `SELECT IS_USED_LOCK(${quoteString(runLockName(database))}) IS NOT NULL AS held`,
  );
  return held === '1';
}
