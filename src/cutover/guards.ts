import type { Row, Session } from '../db/session.js';
import { quoteTable, type TableName } from '../schema/names.js';
import { pause } from './limit.js';

/** A table that a guard keeps for B. */
export interface GuardedTable {
  readonly table: TableName;
  /**
   * `read`: FLUSH … WITH READ LOCK, which locks this table alone and lets readers in; for sources and for foreign-key parents.
   * `write`: LOCK TABLES … WRITE, for a child whose foreign key its own guard re-points.
   */
  readonly lock: 'read' | 'write';
}

/** A session that keeps one table's name locked between A and B. */
export class Guard {
  readonly table: TableName;
  readonly session: Session;
  readonly #sql: string;
  #granted: Promise<unknown> | undefined;
  #ended = false;

  constructor(guarded: GuardedTable, session: Session) {
    const name = quoteTable(guarded.table);
    this.table = guarded.table;
    this.session = session;
    this.#sql = guarded.lock === 'read' ? `FLUSH TABLES ${name} WITH READ LOCK` : `LOCK TABLES ${name} WRITE`;
  }

  /** Sends the request; it waits behind whoever has the table. */
  queue(): void {
    const ended = (): void => void (this.#ended = true);
    this.#granted = this.session.execute(this.#sql);
    this.#granted.then(ended, ended);
  }

  /** True once the statement has returned. Before A has let go that means: this session is lost, or A is. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  /**
   * Resolves when the statement has returned. That must be awaited before B is sent: a RENAME that arrives while a guard still opens
   * its table hangs with it.
   */
  async granted(): Promise<void> {
    await this.#granted;
  }

  /** Rejects when the session is gone; then the table was free for writers. */
  async alive(): Promise<void> {
    await this.session.execute('DO 1');
  }

  /** That the server answers proves that the table was guarded until now. */
  async letGo(): Promise<void> {
    await this.session.execute('UNLOCK TABLES');
  }
}

/** What the processlist shows of a statement that waits in a table's lock queue. */
const waitingState = 'Waiting for table metadata lock';

export function isWaitingForTable(row: Row): boolean {
  return row['State'] === waitingState;
}

/** Asking costs the server a walk over its sessions; the drain is busy meanwhile. */
const processlistPauseMs = 3;

/**
 * Resolves with the processlist in which every guard was seen waiting behind A. Here that is proof: the state is set after the request is in
 * the queue, and A's lock keeps it there. Rejects when a guard's statement returns, for A holds the table no longer then, or the guard is gone.
 * `wanted` returning false ends the asking.
 */
export async function guardsWaiting(
  session: Session,
  guards: readonly Guard[],
  wanted: () => boolean,
): Promise<readonly Row[]> {
  while (wanted()) {
    const list = await session.query('SHOW FULL PROCESSLIST');
    const waiting = new Set(list.filter(isWaitingForTable).map((row) => Number(row['Id'])));
    const lost = guards.find((guard) => guard.hasEnded);
    if (lost) {
      await lost.granted();
      throw new Error(`${quoteTable(lost.table)} was not locked any more`);
    }
    if (guards.every((guard) => waiting.has(guard.session.id))) return list;
    await pause(processlistPauseMs);
  }
  return [];
}
