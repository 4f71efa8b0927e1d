import { randomBytes } from 'node:crypto';
import { errno, ServerError } from '../db/server-error.js';
import type { Server } from '../db/server.js';
import type { Session } from '../db/session.js';
import type { AttemptSessionIds } from './contract.js';
import { Guard, type GuardedTable } from './guards.js';
import { pause, settled } from './limit.js';
import { probeSetup } from './probe.js';

/** How many connections are opened at once. */
const openAtOnce = 10;

/** ER_NO_SUCH_THREAD */
const noSuchThread = 1094;

/** The sessions of one attempt: opened before the lock is asked for, gone when the attempt is over. */
export class AttemptSessions {
  readonly lock: Session;
  readonly swap: Session;
  readonly probe: Session;
  readonly control: Session;
  readonly guards: readonly Guard[];
  /** Marks the RENAME in the processlist. */
  readonly tag = `tideover ${randomBytes(8).toString('hex')}`;
  /** When the server that we talk to was started, Unix seconds ±1: a thread's id means nothing after a restart. */
  readonly serverStartedAtS: number;

  private constructor(
    fixed: readonly [Session, Session, Session, Session],
    guards: readonly Guard[],
    serverStartedAtS: number,
  ) {
    [this.lock, this.swap, this.probe, this.control] = fixed;
    this.guards = guards;
    this.serverStartedAtS = serverStartedAtS;
  }

  /**
   * `deadlineMs` bounds what the server does for these sessions when we are gone: it closes them after that, also when the engine's host vanished
   * without closing its sockets, so that no lock stays.
   */
  static async open(server: Server, guarded: readonly GuardedTable[], deadlineMs: number): Promise<AttemptSessions> {
    const limitS = Math.ceil(deadlineMs / 1000) + 1;
    const setup = `SET SESSION autocommit = 1, lock_wait_timeout = ${limitS}, innodb_lock_wait_timeout = ${limitS}`;
    const purposes = [
      'cutover lock',
      'cutover swap',
      'cutover probe',
      'cutover control',
      ...guarded.map(() => 'cutover guard'),
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
      const [lock, swap, probe, control, ...rest] = sessions as [Session, Session, Session, Session, ...Session[]];
      await probe.execute(probeSetup);
      const startedAtS = await serverStart(control);
      // Only now: opening many sessions may take longer than an idle one may live.
      const idleLimit = `SET SESSION wait_timeout = ${limitS}`;
      await Promise.all([lock, swap, ...rest].map((session) => session.execute(idleLimit)));
      return new AttemptSessions(
        [lock, swap, probe, control],
        guarded.map((table, i) => new Guard(table, rest[i]!)),
        startedAtS,
      );
    } catch (error) {
      await Promise.all(sessions.map((session) => session.close()));
      throw error;
    }
  }

  get ids(): AttemptSessionIds {
    return {
      lock: this.lock.id,
      swap: this.swap.id,
      probe: this.probe.id,
      control: this.control.id,
      guards: this.guards.map((guard) => guard.session.id),
    };
  }

  get all(): readonly Session[] {
    return [this.lock, this.swap, this.probe, this.control, ...this.guards.map((guard) => guard.session)];
  }

  /** After success: nothing is held any more. */
  async close(): Promise<void> {
    await Promise.all(this.all.map((session) => session.close()));
  }
}

/** Waits for all, whatever happens to some: a session that opens late must not be left behind. */
async function allEnded<T>(promises: readonly Promise<T>[]): Promise<readonly Promise<T>[]> {
  await Promise.allSettled(promises);
  return promises;
}

/** Unix seconds, exact to 1 s. */
export async function serverStart(session: Session): Promise<number> {
  const row = await session.queryOne(
    "SELECT UNIX_TIMESTAMP() - VARIABLE_VALUE AS startedAt FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'UPTIME'",
  );
  return Math.round(Number(row['startedAt']));
}

/** Ends a session from another one, also while it waits for a lock. One that is gone already is fine. */
export async function kill(control: Session, id: number): Promise<void> {
  try {
    await control.execute(`KILL ${id}`);
  } catch (error) {
    if (!(error instanceof ServerError && (error.errno === noSuchThread || error.errno === errno.queryInterrupted)))
      throw error;
  }
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
