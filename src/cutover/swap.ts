import type { Session } from '../db/session.js';
import type { CutoverSafeties } from './contract.js';
import type { DrainedShadow } from './drained.js';
import { allWaiting, refuseEnded, type Rewirer, type Waiting } from './guards.js';
import type { Limit } from './limit.js';
import type { LockedSources } from './lock.js';
import { nudgeAll, nudging, whileKeptAt } from './nudge.js';
import { isExclusivePending, untilPending } from './probe.js';
import { dropSentry } from './sentry.js';
import type { TableName } from '../schema/names.js';
import type { AttemptSessions } from './sessions.js';

/** What a hand-over works with. */
export interface SwapParts {
  readonly sessions: AttemptSessions;
  /** The whole RENAME, tagged. */
  readonly sql: string;
  /** Null when no write can be lost. */
  readonly sentry: TableName | null;
  readonly limit: Limit;
  readonly safeties: CutoverSafeties;
  readonly reached: (point: 'handed-over' | 'rename-sent' | 'last-table' | 'sentry-dropped') => Promise<void>;
  /** Rejects when the hand-over must not go on; asked while A lets go, so it costs no time. */
  readonly lastLook: () => Promise<void>;
  /** Called when RENAME is about to go out: from now on the outcome is the server's to tell. */
  readonly sending: () => void;
}

/** The proof that the server has answered that the new tables are live. Only `swap` makes one. */
export class SwappedTables {
  readonly #locked: LockedSources;

  private constructor(locked: LockedSources) {
    this.#locked = locked;
  }

  static async by(renamed: Renaming, locked: LockedSources): Promise<SwappedTables> {
    await renamed.answer;
    return new SwappedTables(locked);
  }

  /** The lock under which it was drained. */
  get locked(): LockedSources {
    return this.#locked;
  }
}

/**
 * Hands the locked tables over to one RENAME: A → guards → B. Resolves when the server has answered that the new tables are live.
 * Demands the proofs of the steps before: the lock, and the drain under it.
 */
export async function swap(locked: LockedSources, drained: DrainedShadow, parts: SwapParts): Promise<SwappedTables> {
  if (drained.locked !== locked) throw new Error('drained under another lock');
  const { sessions, limit, reached } = parts;
  await limit.within(Promise.all([locked.handOver(), granted(parts), parts.lastLook()]));
  await refuseEnded([...sessions.guards, ...sessions.neighbours]);
  await reached('handed-over');
  parts.sending();
  const renamed = new Renaming(sessions.swap, parts.sql);
  await reached('rename-sent');
  if (parts.safeties.guards) await walk(renamed, parts);
  else if (parts.sentry) await limit.within(dropSentry(sessions.control, parts.sentry));
  const swapped = SwappedTables.by(renamed, locked);
  const nudge = (): Promise<void> => nudgeAll(limit.isOver ? [] : holdingOn(sessions), sessions.tag);
  return await limit.within(parts.safeties.nudging ? nudging(swapped, nudge) : swapped);
}

/** The sessions that lock groups in place of guards, who have their tables with A's end. They wait for readers, too, and those may wait for a guard. */
async function granted({ sessions, safeties, limit }: SwapParts): Promise<void> {
  const early = earlyOf(sessions);
  const others = [...sessions.guards, ...sessions.neighbours, ...early];
  await Promise.all(
    early.map((rewirer) => {
      const arrived = rewirer.returned();
      const nudge = (): Promise<void> => nudgeAll(limit.isOver ? [] : others, rewirer.userLock);
      return safeties.nudging ? nudging(arrived, nudge) : arrived;
    }),
  );
}

/** Those who have tables that B does not want. */
function holdingOn(sessions: AttemptSessions): Waiting[] {
  return [...sessions.neighbours, ...earlyOf(sessions)];
}

function earlyOf({ rewirers }: AttemptSessions): Rewirer[] {
  return rewirers.filter(({ group }) => group.when === 'early');
}

/**
 * B goes from table to table; the guard of each is let go only when B waits behind it, so that no writer gets in between.
 * A guard that dies later than that equals one let go; one that dies earlier is found dead here, and the sentry makes B fail.
 */
async function walk(renamed: Renaming, parts: SwapParts): Promise<void> {
  const { sessions, limit, reached } = parts;
  const { control, guards } = sessions;
  const letGo: Promise<void>[] = [];
  for (const [i, guard] of guards.entries()) {
    if (parts.safeties.probe) await limit.within(renamed.orFailure(behind(renamed, i, parts)));
    if (i === guards.length - 1) {
      await reached('last-table');
      await limit.within(allHold(parts, letGo));
      // Not before all guards have proved that they held until B stood behind them: the sentry is what undoes a broken chain.
      if (parts.sentry) await limit.within(renamed.orFailure(dropSentry(control, parts.sentry)));
      await reached('sentry-dropped');
    }
    const freed = guard.letGo();
    freed.catch(() => undefined);
    letGo.push(freed);
  }
}

/** Every guard until now, the last one, those of the neighbours, and who waits to keep tables closed. */
async function allHold({ sessions, limit }: SwapParts, letGo: readonly Promise<void>[]): Promise<void> {
  const { probe, guards, neighbours, keepers, rewirers } = sessions;
  const late = rewirers.filter(({ group }) => group.when === 'late');
  await Promise.all([
    ...letGo,
    allWaiting(probe, [guards.at(-1)!, ...neighbours, ...keepers, ...late], () => !limit.isOver),
    ...earlyOf(sessions).map((rewirer) => rewirer.alive()),
  ]);
}

/** Resolves when B waits behind a guard. */
async function behind(renamed: Renaming, at: number, parts: SwapParts): Promise<void> {
  const { sessions, safeties, limit } = parts;
  const { probe, guards } = sessions;
  const arrived = untilPending(
    () => isExclusivePending(probe, guards[at]!.tables[0]!),
    () => renamed.isPending,
  );
  const left = guards[at - 1];
  // Nobody can be in its way before its first table.
  if (left === undefined || !safeties.nudging) {
    await arrived;
    return;
  }
  const others = [...guards.slice(at), ...holdingOn(sessions)];
  await nudging(arrived, () =>
    whileKeptAt(probe, left.tables[0]!, () => nudgeAll(limit.isOver ? [] : others, sessions.tag)),
  );
}

/** B's statement under way. */
class Renaming {
  readonly answer: Promise<void>;
  #pending = true;

  constructor(session: Session, sql: string) {
    const ended = (): void => void (this.#pending = false);
    this.answer = session.execute(sql).then(ended, (error: unknown) => {
      ended();
      throw error;
    });
    this.answer.catch(() => undefined);
  }

  get isPending(): boolean {
    return this.#pending;
  }

  /** The promise's outcome, unless the RENAME ends first: too early, whatever its answer. */
  orFailure<T>(promise: Promise<T>): Promise<T> {
    promise.catch(() => undefined);
    const early = this.answer.then(() => {
      throw new Error('the RENAME ended before the last guard was let go');
    });
    early.catch(() => undefined);
    return Promise.race([promise, early]);
  }
}
