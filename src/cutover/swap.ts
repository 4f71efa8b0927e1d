import type { Session } from '../db/session.js';
import type { TableName } from '../schema/names.js';
import type { CutoverSafeties } from './contract.js';
import type { DrainedShadow } from './drained.js';
import type { Limit } from './limit.js';
import type { LockedSources } from './lock.js';
import { exclusivePending } from './probe.js';
import { dropSentry } from './sentry.js';
import type { AttemptSessions } from './sessions.js';

/** What a hand-over works with. */
export interface SwapParts {
  readonly sessions: AttemptSessions;
  /** The whole RENAME, tagged. */
  readonly sql: string;
  readonly sentry: TableName;
  readonly limit: Limit;
  readonly safeties: CutoverSafeties;
  readonly reached: (point: 'handed-over' | 'rename-sent' | 'last-table' | 'sentry-dropped') => Promise<void>;
  /** Rejects when the hand-over must not go on; asked while A lets go, so it costs no time. */
  readonly lastLook: () => Promise<void>;
  /** Called when RENAME is about to go out: from now on the outcome is the server's to tell. */
  readonly sending: () => void;
}

/**
 * Hands the locked tables over to one RENAME: A → guards → B. Resolves when the server has answered that the new tables are live.
 * Demands the proofs of the steps before: the lock, and the drain under it.
 */
export async function swap(locked: LockedSources, drained: DrainedShadow, parts: SwapParts): Promise<void> {
  if (drained.locked !== locked) throw new Error('drained under another lock');
  const { sessions, limit, reached } = parts;
  const handedOver = limit.within(Promise.all([locked.handOver(), ...sessions.guards.map((guard) => guard.granted())]));
  await Promise.all([handedOver, parts.lastLook()]);
  await reached('handed-over');
  parts.sending();
  const renamed = new Renaming(sessions.swap, parts.sql);
  await reached('rename-sent');
  if (parts.safeties.guards) await walk(renamed, parts);
  else await limit.within(dropSentry(sessions.control, parts.sentry));
  await limit.within(renamed.answer);
}

/**
 * B goes from table to table; the guard of each is let go only when B waits behind it, so that no writer gets in between.
 * A guard that dies later than that equals one let go; one that dies earlier is found dead here, and the sentry makes B fail.
 */
async function walk(renamed: Renaming, { sessions, sentry, limit, safeties, reached }: SwapParts): Promise<void> {
  const letGo: Promise<void>[] = [];
  for (const [i, guard] of sessions.guards.entries()) {
    if (safeties.probe)
      await limit.within(renamed.orFailure(exclusivePending(sessions.probe, guard.table, () => renamed.isPending)));
    if (i === sessions.guards.length - 1) {
      await reached('last-table');
      await limit.within(Promise.all([...letGo, guard.alive()]));
      // Not before all guards have proved that they held until B stood behind them: the sentry is what undoes a broken chain.
      await limit.within(renamed.orFailure(dropSentry(sessions.control, sentry)));
      await reached('sentry-dropped');
    }
    const freed = guard.letGo();
    freed.catch(() => undefined);
    letGo.push(freed);
  }
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
