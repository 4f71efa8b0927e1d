import type { CutoverChange } from '../cutover/change.js';
import type { CutOver, CutoverOptions, CutoverSteps, Drained } from '../cutover/contract.js';
import { allCutoverSafeties } from '../cutover/contract.js';
import { cutover, rehearseCutover } from '../cutover/cutover.js';
import type { LockedSources } from '../cutover/lock.js';
import { quoteString } from '../db/quote.js';
import { Contact } from '../db/contact.js';
import { asTideoverError } from '../db/server-error.js';
import { catalogue, TideoverError } from '../errors.js';
import type { Plan } from '../plan/plan.js';
import { quoteTable, type TableName } from '../schema/names.js';
import { readLogOfSwap, type LogOfSwap } from './barrier.js';
import { cutoverChangeOf } from './cutover-change.js';
import { interrupted } from './interrupted.js';
import type { CutoverHold } from './events.js';
import { attemptWhileHeld } from './holding.js';
import { tellHooks } from './hooks.js';
import type { Settings } from './options.js';
import type { Running } from './running.js';
import { refuseUndone, whileLive, wrongError } from './settling.js';

/** The new tables are live. */
export interface Swapped {
  readonly cut: CutOver;
  /** With the rows that the new tables lack: none, unless something is very wrong. Null when it cannot be known: the log is gone. */
  readonly log: LogOfSwap | null;
  readonly hold: CutoverHold | null;
  /** What failed beside the live tables, once they are settled; null when nothing did. */
  readonly trouble: TideoverError | null;
}

/** Swaps all tables in one statement, as often as it takes to get the locks. Null when the operator's word did not hold so long. */
export async function cutOver(running: Running): Promise<Swapped | null> {
  // A rollback is asked for when it is to be done.
  const word = running.opened.plan.back ? new AbortController().signal : running.control.watchWord();
  try {
    return await swapTables(running, word);
  } catch (error) {
    if (error !== word.reason) {
      if (error instanceof TideoverError && error.code === 'cutover-failed')
        await running.control.forgetWord().catch(() => undefined);
      throw error;
    }
    running.engine.rounds.followAgain();
    return null;
  }
}

async function swapTables(running: Running, word: AbortSignal): Promise<Swapped> {
  const { server, settings, safeties, engine, opened, emitter, reporter } = running;
  const way = opened.plan.back ? 'rollback' : 'cutover';
  const outcome: { after?: AfterSwap; hold: CutoverHold | null } = { hold: null };
  const change = await server.withSession('reading what the cutover concerns', (session) =>
    cutoverChangeOf(session, opened.plan),
  );
  const cut = await whileVerified(running, (counters) =>
    cutover(
      server,
      change,
      {
        ...stepsOf(running, change, counters),
        around: async (attempt, number) => {
          const held = await attemptWhileHeld(running, { number, of: way }, async (stop) => {
            await running.reached('held');
            const made = await attempt(stop);
            outcome.after = await afterSwap(running, change, made);
            await running.reached('switched');
            return made;
          });
          outcome.hold = held.hold;
          return held.result;
        },
        attempted: (attempt) => emitter.emit('cutover:attempted', { attempt }),
        failed: (attempt, reason, blockers, retryInMs) => {
          engine.rounds.followAgain();
          emitter.emit('cutover:failed', { attempt, reason, blockers, retryInMs });
        },
      },
      limitsOf(settings, AbortSignal.any([engine.signal, reporter.abortedInCutover.signal, word])),
      { ...allCutoverSafeties, guards: safeties.guards, drain: safeties.drain },
    ),
  );
  const { log, switched } = outcome.after!;
  // Not settled then: the next run looks again.
  if (log.status === 'rejected') throw log.reason;
  refuseUndone(cut.live);
  const trouble = switched.status === 'rejected' ? asTideoverError(switched.reason) : wrongError(cut.live);
  return { cut, log: log.value, hold: outcome.hold, trouble };
}

/** Does everything but the RENAME, `times` times, and tells of each. What fails is told, too; the source is as it was. */
export async function rehearse(running: Running, times: number): Promise<void> {
  const { server, settings, engine, opened, emitter, reporter } = running;
  const change = await server.withSession('reading what the cutover concerns', (session) =>
    cutoverChangeOf(session, opened.plan),
  );
  await whileVerified(running, async (counters) => {
    for (let rehearsal = 1; rehearsal <= times; rehearsal += 1) {
      await engine.settle();
      const steps: CutoverSteps = {
        ...stepsOf(running, change, counters),
        attempted: () => undefined,
        failed: () => undefined,
      };
      try {
        const { result, hold } = await attemptWhileHeld(running, { number: rehearsal, of: 'rehearsal' }, (stop) =>
          rehearseCutover(server, change, steps, limitsOf(settings, stop)),
        );
        emitter.emit('cutover:rehearsed', { rehearsal, lockMs: result.lockMs, hold, failure: null });
      } catch (error) {
        if (engine.signal.aborted) throw interrupted(reporter.phase);
        if (!(error instanceof TideoverError) || catalogue[error.code].exitCode !== 7) throw error;
        emitter.emit('cutover:rehearsed', { rehearsal, lockMs: null, hold: null, failure: error.message });
      } finally {
        engine.rounds.followAgain();
      }
    }
  });
}

/** While the cutover waits for its locks, what is applied is compared at once, so that little is left to do under them. */
async function whileVerified<T>({ server, engine }: Running, work: (counters: Contact) => Promise<T>): Promise<T> {
  const over = new AbortController();
  engine.supervisor.background(() => engine.keepVerified(AbortSignal.any([engine.signal, over.signal])));
  // Anew after a loss: attempts go on for a long time.
  const counters = new Contact(server, 'carrying counters over');
  try {
    await counters.query('SELECT 1');
    return await work(counters);
  } finally {
    over.abort();
    await counters.close();
  }
}

type JournaledSteps = Pick<CutoverSteps, 'drain' | 'recordIntent' | 'clearIntent' | 'reached'>;

function stepsOf(running: Running, change: CutoverChange, counters: Contact): JournaledSteps {
  const { opened, journal, engine, settings } = running;
  const runId = opened.record.id;
  return {
    drain: (locked, remainingMs) => drain(running, counters, locked, remainingMs),
    recordIntent: async (sql, locked) => {
      // The tail knows the GTID position of where it is; between the locked position and there nothing on a source was written.
      await Promise.all([opened.lock.refuseLost(), engine.tail.reached(locked.position, settings.cutoverDeadlineMs)]);
      const lockedPosition = engine.tail.position;
      const step = opened.plan.back ? 'rename-back' : 'rename';
      await journal.saveIntent(runId, { step, sql, lockedPosition, change: JSON.stringify(change) });
      await running.reached('intent-saved');
    },
    clearIntent: () => journal.clearIntent(runId),
    reached: (point) => running.reached(`cutover:${point}`),
  };
}

/** Read anew by each attempt: the operator may set them while attempts go on. */
function limitsOf(settings: Settings, signal: AbortSignal): CutoverOptions {
  return {
    get lockTimeoutMs() {
      return settings.lockTimeoutMs;
    },
    get deadlineMs() {
      return settings.cutoverDeadlineMs;
    },
    get attempts() {
      return settings.cutoverAttempts;
    },
    signal,
  };
}

/** What came before the held requests were let go. */
interface AfterSwap {
  readonly log: PromiseSettledResult<LogOfSwap | null>;
  readonly switched: PromiseSettledResult<void>;
}

/** Looks for lost writes, and changes the service's code. Never rejects. */
async function afterSwap(running: Running, change: CutoverChange, cut: CutOver): Promise<AfterSwap> {
  const { plan, record } = running.opened;
  const tables = plan.tables.map(({ table }) => table);
  const [event, phase] = plan.back ? (['switched-back', 'rolling-back'] as const) : (['switched', 'settling'] as const);
  const [log, switched] = await Promise.allSettled([
    logOf(running, change, cut),
    tellHooks(running, event, { runId: record.id, database: plan.database, tables }, phase),
  ]);
  return { log, switched };
}

/** From here on the phase says that the new tables are live, also to an operator who wants to abort. */
async function logOf(
  { server, journal, opened, reporter, emitter, reached }: Running,
  change: CutoverChange,
  cut: CutOver,
): Promise<LogOfSwap | null> {
  if (opened.plan.back) return whileLive(() => readLogOfSwap(server, change, cut.locked));
  reporter.phase = 'settling';
  return whileLive(async () => {
    await journal.setPhase(opened.record.id, 'settling');
    emitter.emit('phase:entered', { phase: 'settling' });
    await reached('live');
    return readLogOfSwap(server, change, cut.locked);
  });
}

/** Under the lock: everything that the service was acknowledged gets into the shadow and is compared there (I1, I9). */
async function drain(
  running: Running,
  counters: Contact,
  locked: LockedSources,
  remainingMs: number,
): Promise<Drained> {
  const { engine, opened, safeties } = running;
  const deadline = performance.now() + remainingMs;
  const remaining = (): number => {
    const left = deadline - performance.now();
    if (left > 0) return left;
    throw new TideoverError(
      'wait-expired',
      `the drain did not end within ${Math.round(remainingMs)} ms: ${engine.rounds.backlog} keys were left`,
      { hint: 'Run again when the service writes less, or allow a longer --cutover-deadline.' },
    );
  };
  const countersCarried = carryCounters(counters, opened.plan);
  countersCarried.catch(() => undefined);
  await engine.tail.reached(locked.position, remaining());
  while (engine.rounds.backlog > 0 || (safeties.verification && engine.verifier.unverified > 0)) {
    remaining();
    if (engine.rounds.backlog > 0) await engine.rounds.next();
    if (safeties.verification) await engine.verifier.compareDirty();
  }
  await countersCarried;
  if (engine.verifier.needsScan)
    throw new TideoverError(
      'wait-expired',
      'more was written before the lock was had than could be compared under it',
      {
        hint: 'Every row is compared again; run again when the service writes less.',
      },
    );
  // From here on the shadow may become the source at any moment: nothing is applied to it any more.
  await engine.hold();
  await running.reached('drained');
  return { position: engine.tail.position };
}

/** The next AUTO_INCREMENT value is part of a table's state: a number that was used and deleted must not come again. */
async function carryCounters(counters: Contact, plan: Plan): Promise<void> {
  for (const { source, shadow } of plan.tables) {
    if (source.autoIncrement === null || !shadow.columns.some((column) => column.autoIncrement)) continue;
    const [from, to] = [await counterOf(counters, source.name), await counterOf(counters, shadow.name)];
    if (from !== null && (to === null || BigInt(to) < BigInt(from))) {
      await counters.execute(`ALTER TABLE ${quoteTable(shadow.name)} AUTO_INCREMENT = ${from}`);
    }
  }
}

async function counterOf(counters: Contact, name: TableName): Promise<string | null> {
  const [row] = await counters.query(
    `SELECT AUTO_INCREMENT AS n FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${quoteString(name.schema)} AND TABLE_NAME = ${quoteString(name.table)}`,
  );
  if (!row) throw new Error(`${quoteTable(name)} is not there`);
  return row['n'] ?? null;
}
