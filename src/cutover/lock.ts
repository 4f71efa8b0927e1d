import type { BinlogPosition } from '../binlog/source.js';
import type { Session } from '../db/session.js';
import { refuseEnded, waitingState, type Guard } from './guards.js';
import { settled } from './limit.js';
import { untilPending } from './probe.js';
import type { AttemptSessions } from './sessions.js';

/** Where the server's binlog ends now. */
export async function currentPosition(session: Session): Promise<BinlogPosition> {
  const status = await session.queryOne('SHOW MASTER STATUS');
  return { file: status['File']!, offset: Number(status['Position']) };
}

/** The proof that every source and every table to be closed is write-locked by session A. Only `take` makes one. */
export class LockedSources {
  /** Every commit on a source is before it: a transaction gives its metadata locks back after it is in the binlog. */
  readonly position: BinlogPosition;
  /** On the clock of `performance.now()`. */
  readonly grantedAtMs: number;
  readonly #a: Guard;

  private constructor(a: Guard, position: BinlogPosition, grantedAtMs: number) {
    this.#a = a;
    this.position = position;
    this.grantedAtMs = grantedAtMs;
  }

  /**
   * Locks all tables against writes in one statement, so that the server's deadlock detection covers it; readers go on. While it waits,
   * new writers wait behind it. It waits until it gets the lock, the session's lock_wait_timeout, or a KILL; nobody else may wait at the latch meanwhile.
   * Only from a circle that the server cannot see it steps back, to the end of the queue.
   */
  static async take(
    sessions: AttemptSessions,
    { granted, wanted }: { granted: () => void; wanted: () => boolean },
  ): Promise<LockedSources> {
    const { lock, control } = sessions;
    lock.queue();
    while (await isInCircle(sessions, wanted)) {
      await lock.letGo();
      lock.queue();
    }
    await refuseEnded([lock]);
    if (!wanted()) throw new Error('the lock is not wanted any more');
    const grantedAtMs = performance.now();
    granted();
    return new LockedSources(lock, await currentPosition(control), grantedAtMs);
  }

  /** True when the lock ended by itself. */
  get isLost(): boolean {
    return this.#a.hasEnded;
  }

  /** Hands every table to whoever waits first, and proves that they were locked until now. */
  async handOver(): Promise<void> {
    await this.#a.letGo();
  }
}

/** Not more often: a cache of the server's is renewed only when nobody has read it for 100 ms. */
const circleLookMs = 150;

/**
 * False when A has everything, or will not get it any more. True when it waits for a transaction that waits for a row of another one, which waits for a table
 * that A has: InnoDB knows the one wait, the metadata locks the others.
 */
async function isInCircle({ lock, latch, probe, control }: AttemptSessions, wanted: () => boolean): Promise<boolean> {
  let over = false;
  const had = untilPending(
    () => latch.isReached(probe),
    () => !over && !lock.hasEnded && wanted(),
  );
  try {
    while (!(await settled(had, circleLookMs))) {
      const row = await control.queryOne(
        `SELECT COUNT(*) AS n FROM information_schema.INNODB_LOCK_WAITS w
         JOIN information_schema.INNODB_TRX b ON b.trx_id = w.blocking_trx_id
         JOIN information_schema.PROCESSLIST p ON p.ID = b.trx_mysql_thread_id AND p.STATE = '${waitingState}'`,
      );
      if (row['n'] !== '0') return true;
    }
    await had;
    return false;
  } finally {
    over = true;
    await had.catch(() => undefined);
  }
}
