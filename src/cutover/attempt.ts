import { ServerError } from '../db/server-error.js';
import type { Server } from '../db/server.js';
import type { Row, Session } from '../db/session.js';
import { messageOf, TideoverError } from '../errors.js';
import type { TableName } from '../schema/names.js';
import { findBlockers, waitingDdl } from './blockers.js';
import { closedNames, guardedNeighbours, keptNames, type CutoverChange } from './change.js';
import type { Blocker, CutoverOptions, CutoverPoint, CutoverSafeties, CutoverSteps, Rehearsal } from './contract.js';
import { DrainedShadow } from './drained.js';
import { AttemptFailure, type AttemptResult } from './failure.js';
import { followUp } from './follow-up.js';
import { allWaiting, isWaitingForTable } from './guards.js';
import { Limit, settled } from './limit.js';
import { LockedSources } from './lock.js';
import { inLockOrder, latchesOf, renameStatement, sentryOf } from './order.js';
import { findNames, obstacles, readOutcome } from './outcome.js';
import { alter, enteringKeys, enterSql } from './rewiring.js';
import { takeBackEnteringNames } from './take-back.js';
import { dropLeftSentry, placeSentry } from './sentry.js';
import { AttemptSessions, closeWithin } from './sessions.js';
import { swap, type SwappedTables } from './swap.js';
import { ServerUnreachable, whenGone } from './unwind.js';

/** What every attempt of a cutover works with. */
export interface AttemptContext {
  readonly server: Server;
  readonly change: CutoverChange;
  readonly steps: CutoverSteps;
  readonly options: CutoverOptions;
  readonly safeties: CutoverSafeties;
}

/** What A and B need for each further table without anybody in their way: 0.3 ms measured, several times that on a busy machine. */
const workMsPerTable = 4;
/** B's waits end when the lock timeout is over, counted from the request, so that an attempt in vain stalls no longer; but this share it gets in any case. */
const leastShareOfB = 1 / 4;
/** From a restart of the server to its first connection. */
const defaultOutcomeTimeoutMs = 30_000;
/** For taking an attempt off the server that never sent its RENAME. */
const unwindMs = 10_000;
const closeMs = 1_000;
/** How long a drain may take to notice that its deadline is over: a batch of keys on a busy server. */
const drainEndMs = 60_000;
/** How soon a lost session ends a drain. */
const lostCheckMs = 20;

/** One attempt: it ends with the new tables live, or as if it had never been. */
export class Attempt {
  readonly #context: AttemptContext;
  readonly #sessions: AttemptSessions;
  readonly #limit: Limit;
  readonly #sql: string;
  /** Every table whose writers wait. */
  readonly #closed: readonly TableName[];
  readonly #sentry: TableName | null;
  readonly #ids: ReadonlySet<number>;
  #requestedAtMs = 0;
  #locked: LockedSources | undefined;
  #drainedAtMs = 0;
  #drain: Promise<unknown> = Promise.resolve();
  #intent: Promise<void> | undefined;
  /** True from the moment the server may have got the RENAME. */
  #sending = false;
  /** True once B has answered. */
  #swapped = false;
  #interruption: string | undefined;
  #blockers: Promise<readonly Blocker[]> = Promise.resolve([]);

  private constructor(context: AttemptContext, sessions: AttemptSessions) {
    this.#context = context;
    this.#sessions = sessions;
    this.#limit = new Limit(context.options.signal);
    this.#sql = `${renameStatement(context.change)} /* ${sessions.tag} */`;
    this.#closed = closedNames(context.change);
    this.#sentry = sentryOf(context.change);
    this.#ids = new Set(sessions.all.map((session) => session.id));
  }

  /** Opens every session that the attempt will need; nothing is locked yet. */
  static async open(context: AttemptContext): Promise<Attempt> {
    const { change } = context;
    const needed = {
      closed: closedNames(change),
      latches: latchesOf(change),
      guarded: inLockOrder(change),
      neighbours: guardedNeighbours(change),
      kept: keptNames(change),
      groups: change.groups,
    };
    const { deadlineMs, lockTimeoutMs } = context.options;
    try {
      return new Attempt(context, await AttemptSessions.open(context.server, needed, deadlineMs + lockTimeoutMs));
    } catch (error) {
      if (error instanceof ServerError && error.connectionLost) throw error;
      throw new AttemptFailure('broken', `the sessions of the cutover could not be opened: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  /** Why what ties the live tables in may not be done; undefined when it is. */
  get interruption(): string | undefined {
    return this.#interruption;
  }

  /** Who was in the way when the attempt gave up waiting for locks. */
  get blockers(): Promise<readonly Blocker[]> {
    return this.#blockers;
  }

  /** Rejects with an AttemptFailure when it may be repeated, else with what ends the cutover; everything is off the server then. */
  async make(): Promise<AttemptResult> {
    try {
      const locked = await this.#lock();
      const drained = await this.#prepareUnder(locked);
      await this.#followUp(await this.#swap(locked, drained));
      const result = this.#figures(locked);
      this.#limit.end();
      await Promise.all(this.#sessions.all.map((session) => closeWithin(session, closeMs)));
      return result;
    } catch (error) {
      const live = await this.#end(error);
      if (live) {
        this.#interruption = messageOf(error);
        return live;
      }
      throw this.#failureOf(error);
    }
  }

  /** Everything up to the hand-over, then off the server again. Rejects as `make` does. */
  async rehearse(): Promise<Rehearsal> {
    try {
      await this.#prepareUnder(await this.#lock());
    } catch (error) {
      await this.#end(error);
      throw this.#failureOf(error);
    }
    await this.#end(undefined);
    return { lockMs: performance.now() - this.#requestedAtMs };
  }

  async #end(error: unknown): Promise<AttemptResult | undefined> {
    this.#limit.end();
    return this.#unwind(error).finally(async () => {
      await this.#blockers;
      await closeWithin(this.#sessions.probe, closeMs);
    });
  }

  async #lock(): Promise<LockedSources> {
    const { lockTimeoutMs, deadlineMs } = this.#context.options;
    const limit = this.#limit;
    if (this.#sentry) await limit.within(placeSentry(this.#sessions.control, this.#sentry));
    await this.#reached('opened');
    this.#requestedAtMs = performance.now();
    limit.set(lockTimeoutMs + this.#workMs, () =>
      this.#lockedOut(`the write lock was not granted within ${lockTimeoutMs} ms`),
    );
    const granted = (): void => {
      limit.set(deadlineMs, () => new AttemptFailure('broken', `not done ${deadlineMs} ms after the lock was granted`));
      // From now on they wait behind A and hold up nobody whom A does not hold up.
      if (!this.#context.safeties.guards) return;
      for (const guard of [...this.#sessions.guards, ...this.#sessions.neighbours]) guard.queue();
    };
    const wanted = (): boolean => !limit.isOver;
    this.#locked = await limit.within(LockedSources.take(this.#sessions, { granted, wanted }));
    await this.#reached('locked');
    return this.#locked;
  }

  /** Drain, intent and the look at the guards at once. */
  async #prepareUnder(locked: LockedSources): Promise<DrainedShadow> {
    const { steps, options, safeties } = this.#context;
    this.#intent = steps.recordIntent(this.#sql, locked);
    const drain = safeties.drain
      ? DrainedShadow.under(locked, options.deadlineMs, steps)
      : Promise.resolve(DrainedShadow.unproven(locked));
    this.#drain = drain;
    const watch = setInterval(() => this.#endIfLost(), lostCheckMs);
    const ready = Promise.all([drain, this.#intent, this.#guardsWait()]);
    const [drained] = await this.#limit.within(ready).finally(() => clearInterval(watch));
    this.#drainedAtMs = performance.now();
    await this.#limit.within(this.#giveEnteringNames());
    await this.#rewirersWait();
    await this.#reached('guards-waiting');
    return drained;
  }

  /** After the intent is journaled, so that whoever finds it knows that they may have to be taken back; nothing writes to the shadow any more. */
  async #giveEnteringNames(): Promise<void> {
    const { change } = this.#context;
    for (const entering of enteringKeys(change)) await alter(this.#sessions.swap, enterSql(change, entering));
  }

  /** Without A the drain has no end: it waits for rows of writers who wait for a guard, in a circle that the server does not see. */
  #endIfLost(): void {
    const lost = this.#sessions.all.find((session) => session.isLost);
    if (lost) this.#limit.expire(new AttemptFailure('broken', `the session of the ${lost.purpose} was lost`));
    else if (this.#locked?.isLost) this.#limit.expire(new AttemptFailure('broken', 'the lock of the sources was lost'));
  }

  /**
   * Every guard is seen behind A, and nobody's DDL before it: that would get the table first. Then the second guards of the tables that stay closed after B:
   * B's request goes before theirs, whenever it comes (measured).
   */
  async #guardsWait(): Promise<void> {
    if (!this.#context.safeties.guards) return;
    const { probe, guards, neighbours, keepers } = this.#sessions;
    const first = [...guards, ...neighbours];
    const wanted = (): boolean => !this.#limit.isOver;
    this.#refuseDdl(await this.#limit.within(allWaiting(probe, first, wanted)));
    if (keepers.length === 0) return;
    for (const keeper of keepers) keeper.queue();
    await this.#limit.within(allWaiting(probe, [...first, ...keepers], wanted));
  }

  /** Last, because readers wait behind them. */
  async #rewirersWait(): Promise<void> {
    const { probe, rewirers } = this.#sessions;
    if (!this.#context.safeties.guards || rewirers.length === 0) return;
    for (const rewirer of rewirers) rewirer.queue();
    await this.#limit.within(allWaiting(probe, rewirers, () => !this.#limit.isOver));
  }

  /** Nobody's DDL waits behind the guards: it would pass for B. Runs beside the hand-over; what was there before is seen by `#guardsWait`. */
  async #lastLook(): Promise<void> {
    this.#refuseDdl(await this.#limit.within(this.#sessions.probe.query('SHOW FULL PROCESSLIST')));
  }

  #refuseDdl(processlist: readonly Row[]): void {
    const ddl = waitingDdl(processlist, this.#closed, this.#ids);
    if (ddl !== undefined) throw this.#lockedOut(`another statement waits for a table of the cutover: ${ddl}`);
  }

  async #swap(locked: LockedSources, drained: DrainedShadow): Promise<SwappedTables> {
    setTimeout(() => this.#endIfNotHandedOver(), this.#waitBudgetMs).unref();
    return await swap(locked, drained, {
      sessions: this.#sessions,
      sql: this.#sql,
      sentry: this.#sentry,
      limit: this.#limit,
      safeties: this.#context.safeties,
      reached: (point) => this.#reached(point),
      lastLook: () => this.#lastLook(),
      sending: () => this.#send(),
    });
  }

  async #followUp(swapped: SwappedTables): Promise<void> {
    this.#swapped = true;
    await followUp(swapped, {
      sessions: this.#sessions,
      change: this.#context.change,
      limit: this.#limit,
      safeties: this.#context.safeties,
      reached: (point) => this.#reached(point),
    });
  }

  #send(): void {
    this.#sending = true;
    this.#limit.ignoreSignal();
    setTimeout(() => void this.#endIfWaiting(), this.#waitBudgetMs).unref();
  }

  /** What is left for waiting for others, now. */
  get #waitBudgetMs(): number {
    const { lockTimeoutMs } = this.#context.options;
    const leftMs = lockTimeoutMs - (performance.now() - this.#requestedAtMs);
    return Math.max(leftMs, lockTimeoutMs * leastShareOfB) + this.#workMs;
  }

  /** Whoever reads a table that a group locks before B keeps all others waiting. */
  #endIfNotHandedOver(): void {
    if (this.#sending || this.#limit.isOver) return;
    this.#limit.expire(
      this.#lockedOut(`the tables were not handed over within ${this.#context.options.lockTimeoutMs} ms`),
    );
  }

  /** B has waited too long for somebody's lock. A B that works already has until the deadline. */
  async #endIfWaiting(): Promise<void> {
    if (this.#limit.isOver || this.#swapped) return;
    try {
      const list = await this.#sessions.control.query('SHOW PROCESSLIST');
      if (!list.some((row) => Number(row['Id']) === this.#sessions.swap.id && isWaitingForTable(row))) return;
      this.#limit.expire(
        this.#lockedOut(`RENAME TABLE did not get its locks within ${this.#context.options.lockTimeoutMs} ms`),
      );
    } catch {
      // Whatever broke is found by who needs it; the deadline stands.
    }
  }

  /** Also asks who is in the way, now, while they are: the probe's session is free for that. */
  #lockedOut(message: string): AttemptFailure {
    if (!this.#limit.isOver)
      this.#blockers = findBlockers(this.#sessions.probe, this.#closed, this.#ids).catch(() => []);
    return new AttemptFailure('locked-out', message);
  }

  #figures(locked: LockedSources): AttemptResult {
    const now = performance.now();
    return {
      locked: locked.position,
      lockWaitMs: locked.grantedAtMs - this.#requestedAtMs,
      drainMs: this.#drainedAtMs - locked.grantedAtMs,
      swapMs: now - this.#drainedAtMs,
      writeStallMs: now - this.#requestedAtMs,
    };
  }

  /** The allowance for the server's own work on many tables, which is no waiting. */
  get #workMs(): number {
    return workMsPerTable * Math.max(0, this.#closed.length - 1);
  }

  async #reached(point: CutoverPoint): Promise<void> {
    await this.#context.steps.reached?.(point, this.#sessions.ids);
  }

  /** Takes everything of this attempt off the server. Resolves with a result when the RENAME turns out to have happened. */
  async #unwind(error: unknown): Promise<AttemptResult | undefined> {
    const limitMs = this.#sending ? (this.#context.options.outcomeTimeoutMs ?? defaultOutcomeTimeoutMs) : unwindMs;
    let live: AttemptResult | undefined;
    try {
      live = await whenGone(this.#context.server, this.#sessions, limitMs, (admin) => this.#readBack(admin));
    } catch (cause) {
      if (!this.#sending)
        throw new AttemptFailure(
          'broken',
          `${messageOf(error)}; then the server could not be reached: ${messageOf(cause)}`,
          { cause },
        );
      throw cause instanceof ServerUnreachable
        ? this.#unknown(`the server cannot be asked (${cause.message})`, error)
        : cause;
    }
    if (live) return live;
    if (this.#intent) {
      await this.#intent.catch(() => undefined);
      await this.#context.steps.clearIntent();
    }
    // The locks are off: the service does not wait for it, but the next attempt must.
    if (await settled(this.#drain, drainEndMs)) return undefined;
    throw new TideoverError('cutover-failed', `the drain did not end within ${drainEndMs} ms of its deadline`, {
      cause: error,
      hint: 'The source is serving and the shadow stays. Run again when the server is less busy.',
    });
  }

  /** With all sessions gone: what became of the RENAME, and the sentry off the server. */
  async #readBack(admin: Session): Promise<AttemptResult | undefined> {
    const { change } = this.#context;
    if (this.#sending && this.#locked) {
      const outcome = await readOutcome(admin, change);
      if (outcome === 'swapped') return this.#figures(this.#locked);
      if (outcome === 'mixed')
        throw this.#unknown(obstacles(change, await findNames(admin, change)).join('; '), undefined);
    }
    if (this.#sentry) await dropLeftSentry(admin, this.#sentry);
    await takeBackEnteringNames(admin, change);
    return undefined;
  }

  #unknown(fact: string, cause: unknown): TideoverError {
    return new TideoverError(
      'cutover-outcome-unknown',
      `RENAME TABLE was sent, and it is not known whether it happened: ${fact}`,
      {
        cause,
        hint: 'Run the command again when the server answers: it reads back which tables are live.',
        facts: { statement: this.#sql },
      },
    );
  }

  /** What may be repeated, as an AttemptFailure. */
  #failureOf(error: unknown): unknown {
    if (error instanceof AttemptFailure) return error;
    if (this.#context.options.signal.aborted && error === this.#context.options.signal.reason) return error;
    if (error instanceof TideoverError && error.code !== 'wait-expired') return error;
    // The victim of a deadlock met ordinary traffic, and may try again soon.
    const kind = error instanceof ServerError && error.isLockFailure ? 'locked-out' : 'broken';
    return new AttemptFailure(kind, messageOf(error), { cause: error });
  }
}
