import type { CutOver, Drained, SwapTable } from '../cutover/contract.js';
import { allCutoverSafeties } from '../cutover/contract.js';
import { cutover } from '../cutover/cutover.js';
import type { LockedSources } from '../cutover/lock.js';
import { quoteString } from '../db/quote.js';
import type { Session } from '../db/session.js';
import { TideoverError } from '../errors.js';
import type { Plan } from '../plan/plan.js';
import { quoteTable, retiredSchemaOf, type TableName } from '../schema/names.js';
import { writesAfterLock, type LostRows } from './barrier.js';
import { abortedByOperator } from './reporter.js';
import type { Running } from './run.js';
import { whileLive } from './settling.js';

/** The new tables are live. */
export interface Swapped {
  readonly cut: CutOver;
  /** Rows that the new tables lack; empty unless something is very wrong. */
  readonly lost: readonly LostRows[];
}

/** Where every table comes from and goes to. */
export function swapTablesOf(plan: Plan): SwapTable[] {
  return plan.tables.map(({ table, source, shadow }) => ({
    source: source.name,
    shadow: shadow.name,
    retired: { schema: retiredSchemaOf(plan.database), table },
  }));
}

/** Swaps all tables in one statement, as often as it takes to get the locks. */
export async function cutOver(running: Running): Promise<Swapped> {
  const { server, settings, safeties, engine, opened, journal, emitter, reporter } = running;
  const runId = opened.record.id;
  const session = await server.connect('carrying counters over');
  const over = new AbortController();
  engine.supervisor.background(() => engine.keepVerified(AbortSignal.any([engine.signal, over.signal])));
  try {
    const cut = await cutover(
      server,
      swapTablesOf(opened.plan),
      {
        drain: (locked, remainingMs) => drain(running, session, locked, remainingMs),
        recordIntent: async (sql, locked) => {
          if (!(await opened.lock.isAlive())) throw lockLost(opened.plan.database);
          await journal.saveIntent(runId, { step: 'rename', sql, lockedPosition: locked.position });
        },
        clearIntent: () => journal.clearIntent(runId),
        attempted: (attempt) => emitter.emit('cutover:attempted', { attempt }),
        failed: (attempt, reason, blockers, retryInMs) => {
          engine.followAgain();
          emitter.emit('cutover:failed', { attempt, reason, blockers, retryInMs });
        },
      },
      {
        lockTimeoutMs: settings.lockTimeoutMs,
        deadlineMs: settings.cutoverDeadlineMs,
        attempts: settings.cutoverAttempts,
        signal: AbortSignal.any([engine.signal, reporter.abortedInCutover.signal]),
      },
      { ...allCutoverSafeties, guards: safeties.guards, drain: safeties.drain },
    );
    return { cut, lost: await lostRows(running, cut) };
  } catch (error) {
    throw reporter.abortedInCutover.signal.aborted ? abortedByOperator() : error;
  } finally {
    over.abort();
    await session.close();
  }
}

/** From here on the phase says that the new tables are live, also to an operator who wants to abort. */
async function lostRows(
  { server, journal, opened, reporter, emitter }: Running,
  cut: CutOver,
): Promise<readonly LostRows[]> {
  reporter.phase = 'settling';
  return whileLive(async () => {
    await journal.setPhase(opened.record.id, 'settling');
    emitter.emit('phase:entered', { phase: 'settling' });
    const tables = opened.plan.tables.map(({ table }) => table);
    return (await writesAfterLock(server, opened.plan.database, tables, cut.locked)) ?? [];
  });
}

function lockLost(database: string): TideoverError {
  return new TideoverError('run-stopped', `the run lock of ${database} was lost: another engine may be at work`, {
    hint: 'See "tideover status", then run again.',
  });
}

/** Under the lock: everything that the service was acknowledged gets into the shadow and is compared there (I1, I9). */
async function drain(running: Running, session: Session, locked: LockedSources, remainingMs: number): Promise<Drained> {
  const { engine, opened, safeties } = running;
  const deadline = performance.now() + remainingMs;
  const remaining = (): number => {
    const left = deadline - performance.now();
    if (left > 0) return left;
    throw new TideoverError(
      'wait-expired',
      `the drain did not end within ${Math.round(remainingMs)} ms: ${engine.backlog} keys were left`,
      { hint: 'Run again when the service writes less, or allow a longer --cutover-deadline.' },
    );
  };
  const countersCarried = carryCounters(session, opened.plan);
  countersCarried.catch(() => undefined);
  await engine.tail.reached(locked.position, remaining());
  while (engine.backlog > 0 || (safeties.verification && engine.verifier.unverified > 0)) {
    remaining();
    if (engine.backlog > 0) await engine.round();
    if (safeties.verification) await engine.verifier.compareDirty();
  }
  await countersCarried;
  // From here on the shadow may become the source at any moment: nothing is applied to it any more.
  await engine.holdRounds();
  return { position: engine.tail.position };
}

/** The next AUTO_INCREMENT value is part of a table's state: a number that was used and deleted must not come again. */
async function carryCounters(session: Session, plan: Plan): Promise<void> {
  for (const { source, shadow } of plan.tables) {
    if (source.autoIncrement === null || !shadow.columns.some((column) => column.autoIncrement)) continue;
    const [from, to] = [await counterOf(session, source.name), await counterOf(session, shadow.name)];
    if (from !== null && (to === null || BigInt(to) < BigInt(from))) {
      await session.execute(`ALTER TABLE ${quoteTable(shadow.name)} AUTO_INCREMENT = ${from}`);
    }
  }
}

async function counterOf(session: Session, name: TableName): Promise<string | null> {
  const { n } = await session.queryOne(
    `SELECT AUTO_INCREMENT AS n FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${quoteString(name.schema)} AND TABLE_NAME = ${quoteString(name.table)}`,
  );
  return n ?? null;
}
