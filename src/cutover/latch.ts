import type { Session } from '../db/session.js';
import { quoteTable, type TableName } from '../schema/names.js';
import { isUpdatePending } from './probe.js';

/*
 * FLUSH TABLES … WITH READ LOCK alone keeps writers out of several tables, lets readers in and leaves what foreign keys connect to them. But when it has the
 * names, InnoDB writes every changed page of these tables to disk before the statement returns, and the writers wait for that (measured: 100 to 300 ms for a
 * table of 100 MB under 1,000 transactions/s; the larger the buffer pool, the longer). So it never gets so far: it asks for one name more, which comes last in
 * the server's order, and which a session of ours has. Waiting there it holds all the others, and KILL QUERY gives them back at once (measured: 1 ms).
 */

/** Tables that only their holders and those who wait for them ever name. */
export interface LatchNames {
  /** Where A and the guards wait. */
  readonly latch: TableName;
  /** Where a guard waits that is put back, and must not be nudged (see nudge.ts). */
  readonly aside: TableName;
}

/** For the last session to be off the server. */
const dropS = 5;

export function latchNamesIn(schema: string): LatchNames {
  return { latch: { schema, table: '$latch' }, aside: { schema, table: '$latch$aside' } };
}

export async function createLatches(session: Session, { latch, aside }: LatchNames): Promise<void> {
  for (const name of [latch, aside])
    await session.execute(`CREATE TABLE IF NOT EXISTS ${quoteTable(name)} (latch INT) ENGINE=MEMORY`);
}

/** Never rejects: what stays goes with its schema. */
export async function dropLatches(session: Session, { latch, aside }: LatchNames): Promise<void> {
  const drop = `DROP TABLE IF EXISTS ${[latch, aside].map(quoteTable).join(', ')}`;
  await session.execute(`SET STATEMENT lock_wait_timeout = ${dropS} FOR ${drop}`).catch(() => undefined);
}

/** A latch in the hands of a session, which does nothing else: what it has of the table lasts as long as its transaction. */
export class Latch {
  readonly session: Session;
  readonly #name: TableName;

  private constructor(session: Session, name: TableName) {
    this.session = session;
    this.#name = name;
  }

  static async hold(session: Session, name: TableName): Promise<Latch> {
    await session.execute('START TRANSACTION');
    await session.query(`SELECT 1 FROM ${quoteTable(name)} FOR UPDATE`);
    return new Latch(session, name);
  }

  /** Keeps writers out of the tables by waiting here. Should the latch be lost, the statement ends by naming a table that is not there, before InnoDB is asked for anything. */
  lockSql(tables: readonly TableName[]): string {
    const missing = { schema: this.#name.schema, table: `${this.#name.table}$missing` };
    return `FLUSH TABLES ${[...tables, this.#name, missing].map(quoteTable).join(', ')} WITH READ LOCK`;
  }

  /** True when somebody waits here. The session must have had `probeSetup`. */
  async isReached(probe: Session): Promise<boolean> {
    return await isUpdatePending(probe, this.#name);
  }
}
