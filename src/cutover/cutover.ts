import { quoteId } from '../db/quote.js';
import type { Server } from '../db/server.js';
import type { Session } from '../db/session.js';
import { messageOf, TideoverError } from '../errors.js';
import { Attempt, type AttemptContext } from './attempt.js';
import { describeBlocker } from './blockers.js';
import { closedNames, leaving, type CutoverChange } from './change.js';
import { look, type Clearance } from './clearance.js';
import { completeCutover } from './complete.js';
import {
  allCutoverSafeties,
  defaultBackoff,
  mostPatience,
  type Blocker,
  type CutOver,
  type CutoverOptions,
  type CutoverSafeties,
  type CutoverSteps,
  type LiveState,
  type Rehearsal,
} from './contract.js';
import { AttemptFailure } from './failure.js';
import { pause } from '../util/pause.js';
import { createLatches, dropLatches } from './latch.js';
import { inLockOrder, latchesOf, sentryOf } from './order.js';
import { findNames, obstacles } from './outcome.js';
import { probeSetup } from './probe.js';
import { dropLeftSentry } from './sentry.js';
import { tryTriggers } from './trial.js';

/**
 * From "shadow verified, backlog small" to "new tables live", for a whole web of tables in one atomic step.
 * Until the RENAME takes its last lock, every failure leaves the source serving with nothing of ours on it, and is tried again.
 *
 * Rejects with `cutover-failed` (source serving), `cutover-outcome-unknown`, `interrupted` by the signal, or what `drain` rejected with.
 * What fails beside live tables is told in `live`.
 */
export async function cutover(
  server: Server,
  change: CutoverChange,
  steps: CutoverSteps,
  options: CutoverOptions,
  safeties: CutoverSafeties = allCutoverSafeties,
): Promise<CutOver> {
  return await server.withSession('cutover watch', async (watch) => {
    await prepare(watch, change);
    await watch.execute(probeSetup);
    return await new Cutover({ server, change, steps, options, safeties }, watch)
      .run()
      .finally(() => dropLatches(watch, latchesOf(change)));
  });
}

/** One attempt without its RENAME. Rejects with `cutover-failed` when it failed as an attempt may, and then as `cutover` does. */
export async function rehearseCutover(
  server: Server,
  change: CutoverChange,
  steps: CutoverSteps,
  options: CutoverOptions,
): Promise<Rehearsal> {
  return await server.withSession('cutover watch', async (watch) => {
    await prepare(watch, change);
    try {
      return await (await Attempt.open({ server, change, steps, options, safeties: allCutoverSafeties })).rehearse();
    } catch (error) {
      if (!(error instanceof AttemptFailure)) throw error;
      throw new TideoverError('cutover-failed', error.message, {
        cause: error,
        hint: 'The source is serving. See who holds the tables, or allow a longer --lock-timeout.',
      });
    } finally {
      await dropLatches(watch, latchesOf(change));
    }
  });
}

/** What can be known to fail is refused before anything is locked. */
async function prepare(session: Session, change: CutoverChange): Promise<void> {
  inLockOrder(change);
  for (const schema of new Set(leaving(change).map(({ retired }) => retired.schema))) {
    await session.execute(`CREATE DATABASE IF NOT EXISTS ${quoteId(schema)}`);
  }
  const sentry = sentryOf(change);
  if (sentry) await dropLeftSentry(session, sentry);
  const inTheWay = obstacles(change, await findNames(session, change));
  if (inTheWay.length > 0)
    throw new TideoverError('cutover-failed', `the tables cannot be swapped: ${inTheWay.join('; ')}`, {
      hint: 'The source is serving. Move away what has taken a name, and run the same command again.',
    });
  await tryTriggers(session, change);
  const limit = Number((await session.queryOne('SELECT @@GLOBAL.max_write_lock_count AS n'))['n']);
  if (limit < leastWriteLockCount) {
    throw new TideoverError(
      'cutover-failed',
      `max_write_lock_count is ${limit}: the server would let writers pass the cutover's locks`,
      {
        hint: `Set it to ${leastWriteLockCount} or more for the time of the cutover; the default is 4294967295.`,
      },
    );
  }
  await createLatches(session, latchesOf(change));
}

/** After that many exclusive grants the server serves waiting writers first. The hand-over makes up to five per table; others' DDL counts too. */
const leastWriteLockCount = 100;

/** A table that is held for longer than this is locked for real all the same, once: the look is a guess. */
const heldPatienceMs = 60_000;
/** Pauses are lengthened by up to this share, so that two engines do not keep step. */
const jitter = 0.1;
/** After a stall the service breathes at least this many times as long, and at least a quarter of the doubling pause. */
const breathPerStall = 5;
const lookPauseMs = 100;
/** Growth of the lock timeout when only short transactions were in the way. */
const patienceGrowth = 1.5;
/** A blocker of this age is no ordinary traffic; the server counts whole seconds. */
const longSeconds = 2;

class Cutover {
  readonly #context: AttemptContext;
  readonly #watch: Session;
  #nextPauseMs: number;
  #heldSinceMs: number | undefined;
  #patience = 1;

  constructor(context: AttemptContext, watch: Session) {
    this.#context = context;
    this.#watch = watch;
    this.#nextPauseMs = this.#backoff.minMs;
  }

  async run(): Promise<CutOver> {
    const { steps, options } = this.#context;
    for (let attempt = 1; ; attempt++) {
      this.#throwIfAborted();
      steps.attempted(attempt);
      const { result, failure, blockers } = await this.#attempt(attempt);
      if (result) return result;
      this.#throwIfAborted();
      this.#learn(failure, blockers);
      const isLast = attempt >= options.attempts;
      const retryInMs = isLast ? null : this.#pauseMs();
      steps.failed(attempt, failure.message, blockers, retryInMs);
      if (retryInMs === null) throw exhausted(attempt, failure, blockers);
      await this.#wait(failure, retryInMs);
    }
  }

  async #attempt(attempt: number): Promise<Tried> {
    const clearance = await this.#look();
    if (clearance.state === 'held' && attempt < this.#context.options.attempts && !this.#patienceIsOver()) {
      return {
        failure: new AttemptFailure('held', 'the tables are in use by long transactions'),
        blockers: clearance.blockers,
      };
    }
    this.#heldSinceMs = undefined;
    const { options, steps } = this.#context;
    const around = (make: (stop: AbortSignal) => Promise<CutOver>): Promise<CutOver> =>
      steps.around ? steps.around(make, attempt) : make(options.signal);
    const tried: { attempt?: Attempt } = {};
    try {
      const result = await around(async (stop) => {
        tried.attempt = await Attempt.open(this.#patient(stop));
        const made = await tried.attempt.make();
        return {
          ...made,
          attempts: attempt,
          live: await this.#completed(tried.attempt),
        };
      });
      // The service needs not be held for what is only looked at.
      const isLookedAt = tried.attempt?.interruption !== undefined;
      return { result: isLookedAt ? result : { ...result, live: await liveState(this.#context) } };
    } catch (error) {
      if (error instanceof AttemptFailure) return { failure: error, blockers: (await tried.attempt?.blockers) ?? [] };
      if (error instanceof TideoverError && error.code === 'buffer-failed')
        return { failure: new AttemptFailure('broken', error.message, { cause: error }), blockers: [] };
      if (error === options.signal.reason) this.#throwIfAborted();
      throw error;
    }
  }

  /** What the attempt could not do beside live tables is done at once. */
  async #completed({ interruption }: Attempt): Promise<LiveState> {
    return interruption === undefined ? asPlanned : await liveState(this.#context, interruption);
  }

  #patient(stop: AbortSignal): AttemptContext {
    const { options } = this.#context;
    const lockTimeoutMs = Math.round(options.lockTimeoutMs * this.#patience);
    return {
      ...this.#context,
      options: { ...options, lockTimeoutMs, signal: AbortSignal.any([options.signal, stop]) },
    };
  }

  #learn(failure: AttemptFailure, blockers: readonly Blocker[]): void {
    if (failure.kind !== 'locked-out') return;
    const onlyShort = blockers.every(({ seconds }) => seconds < longSeconds);
    this.#patience = onlyShort ? Math.min(this.#patience * patienceGrowth, mostPatience) : 1;
  }

  async #look(): Promise<Clearance> {
    const { safeties, change, options } = this.#context;
    if (!safeties.clearance) return { state: 'busy' };
    return await look(this.#watch, closedNames(change), options.signal);
  }

  #patienceIsOver(): boolean {
    this.#heldSinceMs ??= performance.now();
    return performance.now() - this.#heldSinceMs > heldPatienceMs;
  }

  get #backoff() {
    return this.#context.options.backoff ?? defaultBackoff;
  }

  /** What a stall that was in vain is followed by at least. */
  get #breathMs(): number {
    return breathPerStall * this.#context.options.lockTimeoutMs * this.#patience;
  }

  /** Doubles, but not while ordinary traffic is all that hinders: it will not be less in a minute. */
  #pauseMs(): number {
    const base = this.#nextPauseMs;
    if (this.#patience === 1) this.#nextPauseMs = Math.min(2 * base, this.#backoff.maxMs);
    return Math.round(Math.max(base, this.#breathMs) * (1 + jitter * Math.random()));
  }

  /** Lets the service breathe; ends early when whoever kept us from the locks is gone. */
  async #wait(failure: AttemptFailure, retryInMs: number): Promise<void> {
    const { signal } = this.#context.options;
    const until = performance.now() + retryInMs;
    if (failure.kind === 'locked-out')
      await pause(Math.min(retryInMs, Math.max(this.#breathMs, retryInMs / 4)), signal);
    while (performance.now() < until && !signal.aborted) {
      if (failure.kind !== 'broken' && this.#context.safeties.clearance) {
        const { state } = await this.#look();
        if (state === 'clear' || (state === 'busy' && failure.kind === 'held')) return;
      }
      await pause(failure.kind === 'broken' ? retryInMs : Math.min(lookPauseMs, until - performance.now()), signal);
    }
  }

  #throwIfAborted(): void {
    const { signal } = this.#context.options;
    if (!signal.aborted) return;
    if (signal.reason instanceof TideoverError) throw signal.reason;
    throw new TideoverError('interrupted', 'the cutover was interrupted; the source is serving', {
      cause: signal.reason,
      hint: 'Run the same command again to continue.',
    });
  }
}

const asPlanned: LiveState = { undone: [], wrong: [] };

/** The new tables are live, whatever comes to light now. */
async function liveState({ server, change }: AttemptContext, interruption?: string): Promise<LiveState> {
  return await completeCutover(server, change, interruption).catch((error: unknown) => ({
    undone: [messageOf(error)],
    wrong: [],
  }));
}

type Tried =
  | { readonly result: CutOver; readonly failure?: undefined; readonly blockers?: undefined }
  | { readonly result?: undefined; readonly failure: AttemptFailure; readonly blockers: readonly Blocker[] };

function exhausted(attempts: number, failure: AttemptFailure, blockers: readonly Blocker[]): TideoverError {
  const inTheWay = blockers.length === 0 ? '' : `; in the way: ${blockers.map(describeBlocker).join('; ')}`;
  return new TideoverError(
    'cutover-failed',
    `no cutover in ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}: ${failure.message}${inTheWay}`,
    {
      cause: failure,
      hint: 'The source is serving and the shadow stays. End what is in the way, or allow a longer --lock-timeout, and run again.',
      facts: { blockers },
    },
  );
}
