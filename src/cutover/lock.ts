import type { BinlogPosition } from '../binlog/source.js';
import type { Session } from '../db/session.js';
import { refuseEnded, type Guard } from './guards.js';
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
   */
  static async take(
    { lock, latch, probe, control }: AttemptSessions,
    { granted, wanted }: { granted: () => void; wanted: () => boolean },
  ): Promise<LockedSources> {
    lock.queue();
    await untilPending(
      () => latch.isReached(probe),
      () => !lock.hasEnded && wanted(),
    );
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
