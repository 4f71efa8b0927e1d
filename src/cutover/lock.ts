import type { BinlogPosition } from '../binlog/source.js';
import type { Session } from '../db/session.js';
import { quoteTable, type TableName } from '../schema/names.js';

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
  readonly #session: Session;

  private constructor(session: Session, position: BinlogPosition, grantedAtMs: number) {
    this.#session = session;
    this.position = position;
    this.grantedAtMs = grantedAtMs;
  }

  /**
   * Locks all tables against writes in one statement, so that the server's deadlock detection covers it; readers go on. While it waits,
   * new writers wait behind it. It waits until it gets the lock, the session's lock_wait_timeout, or a KILL.
   */
  static async take(session: Session, tables: readonly TableName[], granted: () => void): Promise<LockedSources> {
    // Without a name it would flush and lock all tables there are.
    if (tables.length > 0) await session.execute(`FLUSH TABLES ${tables.map(quoteTable).join(', ')} WITH READ LOCK`);
    const grantedAtMs = performance.now();
    granted();
    return new LockedSources(session, await currentPosition(session), grantedAtMs);
  }

  /** Hands every table to whoever waits first. That the server answers proves that the lock was held until now. */
  async handOver(): Promise<void> {
    await this.#session.execute('UNLOCK TABLES');
  }
}
