import { errno, ServerError } from '../db/server-error.js';
import type { Row, Session } from '../db/session.js';
import { quoteTable, type TableName } from '../schema/names.js';
import { isSame, type LockedGroup } from './change.js';
import { killQuery } from './kill.js';
import type { Latch } from './latch.js';
import { pause } from '../util/pause.js';

/** A session that stands in the queue of a table's name, and has it when its turn comes. */
export abstract class Waiting {
  readonly session: Session;
  /** What it waits for, for a report. */
  readonly what: string;
  #request: Promise<unknown> | undefined;
  #ended = false;

  constructor(session: Session, what: string) {
    this.session = session;
    this.what = what;
  }

  protected send(sql: string): void {
    const ended = (): void => void (this.#ended = true);
    this.#ended = false;
    this.#request = this.session.execute(sql);
    this.#request.then(ended, ended);
  }

  /** Sends the request; it waits behind whoever has the table. */
  abstract queue(): void;

  protected get isQueued(): boolean {
    return this.#request !== undefined;
  }

  /** True once the statement has ended, also when it failed. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Settles as the statement does. */
  async returned(): Promise<void> {
    await this.#request;
  }

  /** The session whose waiting tells the server that this one will not let go now; null while it has nothing. See nudge.ts. */
  abstract get nudged(): Session | null;

  /** Resolves when the table is free, and proves that it was locked until now. */
  abstract letGo(): Promise<void>;
}

/**
 * A session that keeps the names of tables locked against writers, and only those (see latch.ts). A has all of them; a guard has one: from A to B, with the
 * RENAME's outcome on, or after B, if it stands in the queue twice. As soon as whoever was before it has let go, it has the name: the server gives it on
 * in that very moment, and waiting writers come after it.
 */
export class Guard extends Waiting {
  readonly tables: readonly TableName[];
  readonly #control: Session;
  #latch: Latch;
  #freed: Promise<void> | undefined;

  /** `control` ends its statement. */
  constructor(tables: readonly TableName[], session: Session, parts: { latch: Latch; control: Session }) {
    super(session, tables.map(quoteTable).join(', '));
    this.tables = tables;
    this.#latch = parts.latch;
    this.#control = parts.control;
  }

  guards(table: TableName): boolean {
    return this.tables.some((own) => isSame(own, table));
  }

  queue(latch: Latch = this.#latch): void {
    this.#latch = latch;
    this.#freed = undefined;
    this.send(latch.lockSql(this.tables));
  }

  /** It waits itself; whoever has its latch can wait for it. */
  get nudged(): Session | null {
    return this.hasEnded || !this.isQueued ? null : this.#latch.session;
  }

  /** May be called again. */
  letGo(): Promise<void> {
    return (this.#freed ??= this.#free());
  }

  async #free(): Promise<void> {
    if (!this.isQueued) return;
    const wasLost = this.hasEnded;
    const ended = this.returned().then(
      () => {
        throw new Error(`${this.what} was not locked any more`);
      },
      (error: unknown) => {
        const isOurs = !wasLost && error instanceof ServerError && error.errno === errno.queryInterrupted;
        if (!isOurs) throw error;
      },
    );
    ended.catch(() => undefined);
    if (!wasLost) await killQuery(this.#control, this.session.id);
    await ended;
  }
}

/** A session that locks tables for itself alone, to change what is theirs after B: in one statement, so that no two of its kind wait for each other. */
export class Rewirer extends Waiting {
  readonly group: LockedGroup;

  /** Held by this session. */
  readonly userLock: string;

  constructor(group: LockedGroup, session: Session, userLock: string) {
    super(session, group.tables.map(quoteTable).join(', '));
    this.group = group;
    this.userLock = userLock;
  }

  queue(): void {
    const list = this.group.tables.map((table) => `${quoteTable(table)} WRITE`).join(', ');
    this.send(`LOCK TABLES ${list}`);
  }

  get nudged(): Session | null {
    return this.hasEnded ? this.session : null;
  }

  /** Rejects when the session is gone; then the tables were free for writers. */
  async alive(): Promise<void> {
    await this.session.execute('DO 1');
  }

  /** That the server answers proves that the tables were locked until now. */
  async letGo(): Promise<void> {
    await this.session.execute('UNLOCK TABLES');
  }
}

/** What the processlist shows of a statement that waits in a table's lock queue. */
export const waitingState = 'Waiting for table metadata lock';

export function isWaitingForTable(row: Row): boolean {
  return row['State'] === waitingState;
}

/** Asking costs the server a walk over its sessions; the drain is busy meanwhile. */
const processlistPauseMs = 3;

/**
 * Resolves with the processlist in which each of them was seen waiting, behind A or at its latch. Here that is proof: the state is set after the request is in
 * the queue, and A's lock, or the latch, keeps it there. Rejects when one's statement returns, for that is lost then, or the session is gone.
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
  await lost.returned();
  throw new Error(`${lost.what} was not locked any more`);
}
