import { quoteString } from '../db/quote.js';
import { errno, ServerError } from '../db/server-error.js';
import type { Session } from '../db/session.js';
import { quoteTable, type TableName } from '../schema/names.js';
import type { Waiting } from './guards.js';
import { settled } from './limit.js';

/*
 * A transaction that has read one table, so that an exclusive request waits for it, and now waits for the guard of another table: neither goes on before
 * the other, and the server does not see it, because the latch waits for us and not for a lock. So it is nudged: for a moment the session that has the
 * latch (a rewirer, which has its tables, itself) waits for a user lock that the session with the exclusive request has. The server's search for deadlocks
 * covers user locks (measured on 10.11), and begins with the wait; of those in the circle it ends the transaction (1213), because writers are its first choice.
 * But whoever of us comes to wait for such a guard in that very moment closes a circle of ours alone, and as the later one is ended itself. So B is kept where
 * it is meanwhile, see `whileKeptAt`; others never come to a guard that can be nudged.
 */

/** Next to nothing: the server searches before it waits. With 0 it does neither. */
const nudgeS = 0.000001;
/** Nobody needs so long from table to table when nobody is in the way. */
const unhinderedMs = 20;
/** What still takes long then is mostly work, and not a circle: the pauses get longer. */
const pauseGrowth = 1.5;

/** The promise's outcome. As long as it does not come, `nudge` is called, at growing intervals. */
export async function nudging<T>(promise: Promise<T>, nudge: () => Promise<void>): Promise<T> {
  for (let pauseMs = unhinderedMs; !(await settled(promise, pauseMs)); pauseMs *= pauseGrowth) await nudge();
  return await promise;
}

/**
 * Does `work` while nobody can get an exclusive lock on the table, if nobody has one; not at all otherwise. BACKUP LOCK passes all who wait for the table
 * (measured on 10.11 and 11.8) and keeps out those only who rename or drop it. The session must have had `probeSetup`.
 */
export async function whileKeptAt(session: Session, table: TableName, work: () => Promise<void>): Promise<void> {
  try {
    await session.execute(`BACKUP LOCK ${quoteTable(table)}`);
  } catch (error) {
    if (error instanceof ServerError && error.errno === errno.lockWaitTimeout) return;
    throw error;
  }
  await work();
  await session.execute('BACKUP UNLOCK');
}

/** Only those who have their table: the others are busy. Guards are the business of one session, that of their latch. */
export async function nudgeAll(waiting: readonly Waiting[], userLock: string): Promise<void> {
  const sessions = new Set(waiting.flatMap(({ nudged }) => nudged ?? []));
  await Promise.all([...sessions].map((session) => nudge(session, userLock).catch(() => undefined)));
}

async function nudge(session: Session, userLock: string): Promise<void> {
  await session.query(`SELECT GET_LOCK(${quoteString(userLock)}, ${nudgeS})`);
}

/** False when it takes so long that somebody must be in the way. */
export async function comesUnhindered(promise: Promise<unknown>): Promise<boolean> {
  return await settled(promise, unhinderedMs);
}
