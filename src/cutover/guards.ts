import { quoteString } from '../db/quote.js';
import type { Row, Session } from '../db/session.js';
import { quoteTable, type TableName } from '../schema/names.js';
import type { LockedGroup } from './change.js';
import { pause } from './limit.js';

/** A session that stands in the queue of a table's name, and has it when its turn comes. */
export class Waiting {
  readonly session: Session;
  /** What it waits for, for a report. */
  readonly what: string;
  readonly #sql: string;
  #granted: Promise<unknown> | undefined;
  #ended = false;

  constructor(session: Session, what: string, sql: string) {
    this.session = session;
    this.what = what;
    this.#sql = sql;
  }

  /** Sends the request; it waits behind whoever has the table. */
  queue(): void {
    const ended = (): void => void (this.#ended = true);
    this.#ended = false;
    this.#granted = this.session.execute(this.#sql);
    this.#granted.then(ended, ended);
  }

  /** True once the statement has returned, also when it failed. */
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

  /** See nudge.ts. */
  async nudge(userLock: string): Promise<void> {
    await this.session.query(`SELECT GET_LOCK(${quoteString(userLock)}, ${nudgeS})`);
  }

  /** That the server answers proves that the table was locked until now. */
  async letGo(): Promise<void> {
    await this.session.execute('UNLOCK TABLES');
  }
}

/** Next to nothing: the server searches before it waits. With 0 it does neither. */
const nudgeS = 0.000001;

/**
 * A session that keeps one table's name locked against writers: from A to B, with the RENAME's outcome on, or after B, if it stands in the queue twice.
 * FLUSH … WITH READ LOCK locks this table alone and lets readers in; LOCK TABLES WRITE would also lock what foreign keys connect to it.
 */
export class Guard extends Waiting {
  readonly table: TableName;
  constructor(table: TableName, session: Session) {
    const name = quoteTable(table);
    super(session, name, `FLUSH TABLES ${name} WITH READ LOCK`);
    this.table = table;
  }
}

/** A session that locks tables for itself alone, to change what is theirs after B: in one statement, so that no two of its kind wait for each other. */
export class Rewirer extends Waiting {
  readonly group: LockedGroup;

  /** Held by this session. */
  readonly userLock: string;

  constructor(group: LockedGroup, session: Session, userLock: string) {
    const { tables } = group;
    const list = tables.map((table) => `${quoteTable(table)} WRITE`).join(', ');
    super(session, tables.map(quoteTable).join(', '), `LOCK TABLES ${list}`);
    this.group = group;
    this.userLock = userLock;
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
 * Resolves with the processlist in which each of them was seen waiting behind A. Here that is proof: the state is set after the request is in
 * the queue, and A's lock keeps it there. Rejects when one's statement returns, for A holds the table no longer then, or the session is gone.
 * `wanted` returning false ends the asking.
 */
export async function allWaiting(
  session: Session,
  sessions: readonly Waiting[],
  wanted: () => boolean,
): Promise<readonly Row[]> {
  while (wanted()) {
    const list = await session.query('SHOW FULL PROCESSLIST');
    const waiting = new Set(list.filter(isWaitingForTable).map((row) => Number(row['Id'])));
    await refuseEnded(sessions);
    if (sessions.every((each) => waiting.has(each.session.id))) return list;
    await pause(processlistPauseMs);
  }
  return [];
}

/** Rejects when one of them does not wait any more. */
export async function refuseEnded(sessions: readonly Waiting[]): Promise<void> {
  const lost = sessions.find((each) => each.hasEnded);
  if (!lost) return;
  await lost.granted();
  throw new Error(`${lost.what} was not locked any more`);
}
