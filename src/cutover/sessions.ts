import { randomBytes } from 'node:crypto';
import { quoteString } from '../db/quote.js';
import type { Server } from '../db/server.js';
import type { Session } from '../db/session.js';
import type { TableName } from '../schema/names.js';
import { guardCount, type CutoverChange, type LockedGroup } from './change.js';
import type { AttemptSessionIds } from './contract.js';
import { Guard, Rewirer, type Waiting } from './guards.js';
import { Latch, type LatchNames } from './latch.js';
import { settled } from './limit.js';
import { pause } from '../util/pause.js';
import { probeSetup } from './probe.js';

/** How many connections are opened at once. */
const openAtOnce = 10;

/** The sessions of one attempt: opened before the lock is asked for, gone when the attempt is over. */
export class AttemptSessions {
  /** A: of every table to be closed. */
  readonly lock: Guard;
  readonly swap: Session;
  readonly probe: Session;
  readonly control: Session;
  /** Where A and the guards wait. */
  readonly latch: Latch;
  /** Where a guard waits that is put back, and must not be nudged. */
  readonly aside: Latch;
  /** Of the tables that B renames, in the order in which it reaches them. */
  readonly guards: readonly Guard[];
  /** Of tables that stay as they are. */
  readonly neighbours: readonly Guard[];
  /** Second guards of tables that stay closed after B. */
  readonly keepers: readonly Guard[];
  readonly rewirers: readonly Rewirer[];
  /** Marks the RENAME in the processlist. Also the name of the user lock that B has. */
  readonly tag: string;
  /** When the server that we talk to was started, Unix seconds ±1: a thread's id means nothing after a restart. */
  readonly serverStartedAtS: number;

  private constructor(
    tag: string,
    [lock, swap, probe, control]: readonly [Session, Session, Session, Session],
    [latch, aside]: readonly [Latch, Latch],
    sessions: readonly Session[],
    needed: NeededSessions,
    serverStartedAtS: number,
  ) {
    this.tag = tag;
    this.swap = swap;
    this.probe = probe;
    this.control = control;
    this.latch = latch;
    this.aside = aside;
    this.lock = new Guard(needed.closed, lock, { latch, control });
    const left = [...sessions];
    const guardsOf = (tables: readonly TableName[]): Guard[] =>
      tables.map((table) => new Guard([table], left.shift()!, { latch, control }));
    this.guards = guardsOf(needed.guarded);
    this.neighbours = guardsOf(needed.neighbours);
    this.keepers = guardsOf(needed.kept);
    this.rewirers = needed.groups.map((group, i) => new Rewirer(group, left[i]!, `${tag} ${i}`));
    this.serverStartedAtS = serverStartedAtS;
  }

  /**
   * `deadlineMs` bounds what the server does for these sessions when we are gone: it closes them after that, also when the engine's host vanished
   * without closing its sockets, so that no lock stays.
   */
  static async open(server: Server, needed: NeededSessions, deadlineMs: number): Promise<AttemptSessions> {
    const limitS = Math.ceil(deadlineMs / 1000) + 1;
    const setup = `SET SESSION autocommit = 1, lock_wait_timeout = ${limitS}, innodb_lock_wait_timeout = ${limitS}`;
    const latchNames = [needed.latches.latch, needed.latches.aside];
    const purposes = [
      'cutover lock',
      'cutover swap',
      'cutover probe',
      'cutover control',
      ...latchNames.map(() => 'cutover latch'),
      ...needed.guarded.map(() => 'cutover guard'),
      ...needed.neighbours.map(() => 'cutover neighbour'),
      ...needed.kept.map(() => 'cutover keeper'),
      ...needed.groups.map(() => 'cutover rewiring'),
    ];
    const sessions: Session[] = [];
    try {
      for (let from = 0; from < purposes.length; from += openAtOnce) {
        const opening = purposes.slice(from, from + openAtOnce).map(async (purpose, i) => {
          const session = await server.connect(purpose);
          sessions[from + i] = session;
          await session.execute(setup);
        });
        await Promise.all(await allEnded(opening));
      }
      const [lock, swap, probe, control, ...others] = sessions as [Session, Session, Session, Session, ...Session[]];
      const [holders, rest] = [others.slice(0, latchNames.length), others.slice(latchNames.length)];
      await probe.execute(probeSetup);
      const tag = `tideover ${randomBytes(8).toString('hex')}`;
      await takeUserLock(swap, tag);
      const startedAtS = await serverStart(control);
      // Only now: opening many sessions may take longer than an idle one may live.
      const idleLimit = `SET SESSION wait_timeout = ${limitS}`;
      await Promise.all([lock, swap, ...others].map((session) => session.execute(idleLimit)));
      const latches = await Promise.all(holders.map((session, i) => Latch.hold(session, latchNames[i]!)));
      const opened = new AttemptSessions(
        tag,
        [lock, swap, probe, control],
        latches as [Latch, Latch],
        rest,
        needed,
        startedAtS,
      );
      await Promise.all(opened.rewirers.map(({ session, userLock }) => takeUserLock(session, userLock)));
      return opened;
    } catch (error) {
      await Promise.all(sessions.map((session) => session.close()));
      throw error;
    }
  }

  get ids(): AttemptSessionIds {
    const idsOf = (those: readonly { readonly session: Session }[]): number[] => those.map(({ session }) => session.id);
    return {
      lock: this.lock.session.id,
      swap: this.swap.id,
      probe: this.probe.id,
      control: this.control.id,
      latches: idsOf([this.latch, this.aside]),
      guards: idsOf(this.guards),
      neighbours: idsOf(this.neighbours),
      keepers: idsOf(this.keepers),
      rewirers: idsOf(this.rewirers),
    };
  }

  /** Whoever stands, or will stand, in a table's queue beside A and B. */
  get waiting(): readonly Waiting[] {
    return [...this.guards, ...this.neighbours, ...this.keepers, ...this.rewirers];
  }

  get all(): readonly Session[] {
    const others = [this.latch, this.aside, this.lock, ...this.waiting].map(({ session }) => session);
    return [this.swap, this.probe, this.control, ...others];
  }
}

/** For which tables sessions are needed beside the fixed ones. */
export interface NeededSessions {
  /** Every table whose writers wait. */
  readonly closed: readonly TableName[];
  readonly latches: LatchNames;
  /** In lock order. */
  readonly guarded: readonly TableName[];
  readonly neighbours: readonly TableName[];
  readonly kept: readonly TableName[];
  readonly groups: readonly LockedGroup[];
}

/** Sessions that every attempt has beside guards and rewirers: lock, swap, probe, control, those of the two latches, and the cutover's watch. */
const fixedSessions = 7;

/** How many connections an attempt opens at most, the cutover's watch included; the engine's own are beside them. */
export function attemptConnections(change: CutoverChange): number {
  return fixedSessions + guardCount(change) + change.groups.length;
}

/** Waits for all, whatever happens to some: a session that opens late must not be left behind. */
async function allEnded<T>(promises: readonly Promise<T>[]): Promise<readonly Promise<T>[]> {
  await Promise.allSettled(promises);
  return promises;
}

/** Who waits for the user lock waits for this session, and the server knows it. */
async function takeUserLock(session: Session, name: string): Promise<void> {
  await session.query(`SELECT GET_LOCK(${quoteString(name)}, 0)`);
}

/** Unix seconds, exact to 1 s. */
export async function serverStart(session: Session): Promise<number> {
  const row = await session.queryOne(
    "SELECT UNIX_TIMESTAMP() - VARIABLE_VALUE AS startedAt FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'UPTIME'",
  );
  return Math.round(Number(row['startedAt']));
}

const processlistPauseMs = 5;

/** Resolves when none of the sessions is on the server any more. */
export async function gone(control: Session, ids: ReadonlySet<number>): Promise<void> {
  for (;;) {
    const list = await control.query('SHOW PROCESSLIST');
    if (!list.some((row) => ids.has(Number(row['Id'])))) return;
    await pause(processlistPauseMs);
  }
}

export async function closeWithin(session: Session, limitMs: number): Promise<void> {
  if (!(await settled(session.close(), limitMs))) session.destroy();
}
