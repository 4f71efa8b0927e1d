import { quoteString } from '../db/quote.js';
import type { Session } from '../db/session.js';
import type { Waiting } from './guards.js';
import { settled } from './limit.js';

/*
 * A transaction that has read one table, so that an exclusive request waits for it, and now waits for the guard of another table: neither goes on before
 * the other, and the server does not see it, because the guard's latch waits for us and not for a lock. So it is nudged: for a moment the session that has the
 * latch (a rewirer, which has its tables, itself) waits for a user lock that the session with the exclusive request has. The server's search for deadlocks
 * covers user locks (measured on 10.11), and begins with the wait; of those in the circle it ends the transaction (1213), because writers are its first choice.
 * Only a session that comes to wait for such a guard in that very moment would be ended itself: "the later one".
 */

/** Next to nothing: the server searches before it waits. With 0 it does neither. */
const nudgeS = 0.000001;
/** Nobody needs so long from table to table when nobody is in the way. */
const unhinderedMs = 20;
const betweenMs = 5;
/** What still takes long then is mostly work, and not a circle: the pauses get longer. */
const pauseGrowth = 1.5;

/**
 * The promise's outcome. As long as it does not come, guards are nudged, the steps one after the other: the guard at which the session with the user lock
 * arrives next belongs into the last one.
 */
export async function nudging<T>(
  promise: Promise<T>,
  userLock: string,
  steps: () => readonly (readonly Waiting[])[],
): Promise<T> {
  for (let pauseMs = unhinderedMs; !(await settled(promise, pauseMs)); pauseMs *= pauseGrowth) {
    for (const guards of steps()) {
      await nudgeAll(guards, userLock);
      if (await settled(promise, betweenMs)) break;
    }
  }
  return await promise;
}

/** Only those who have their table: the others are busy. Guards at the same latch are one session's business. */
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
