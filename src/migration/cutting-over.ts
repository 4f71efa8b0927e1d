import type { CutOver, Drained, SwapTable } from '../cutover/contract.js';
import { allCutoverSafeties } from '../cutover/contract.js';
import { cutover } from '../cutover/cutover.js';
import type { LockedSources } from '../cutover/lock.js';
import { quoteString } from '../db/quote.js';
import type { Session } from '../db/session.js';
import { TideoverError } from '../errors.js';
import type { Plan } from '../plan/plan.js';
import { quoteTable, retiredSchemaOf, type TableName } from '../schema/names.js';
import { abortedByOperator } from './reporter.js';
import type { Running } from './run.js';

/** How long after the swap the tail may take to show the RENAME's own event. */
const barrierDeadlineMs = 60_000;

/** Where every table comes from and goes to. */
export function swapTablesOf(plan: Plan): SwapTable[] {
  return plan.tables.map(({ table, source, shadow }) => ({
    source: source.name,
    shadow: shadow.name,
    retired: { schema: retiredSchemaOf(plan.database), table },
  }));
}

/** Swaps all tables in one statement, as often as it takes to get the locks. */
export async function cutOver(running: Running): Promise<CutOver> {
  const { server, settings, safeties, engine, opened, journal, emitter, reporter } = running;
  const runId = opened.record.id;
  const session = await server.connect('carrying counters over');
  const over = new AbortController();
  engine.supervisor.background(() => engine.keepVerified(AbortSignal.any([engine.signal, over.signal])));
  try {
    return await cutover(
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
  } catch (error) {
    throw reporter.abortedInCutover.signal.aborted ? abortedByOperator() : error;
  } finally {
    over.abort();
    await session.close();
  }
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

/**
 * Reads the log up to the RENAME's own event: a row event of a source after the drain is a write that the new tables lack (I2).
 * That must not happen; when it does, the rows are named.
 */
export async function lostWritesAfter({ engine, opened }: Running, cut: CutOver): Promise<number> {
  const renamed = engine.tail.failed.catch((error: unknown) => {
    // The RENAME itself is a DDL on watched tables: it ends the tail, as it should.
    if (error instanceof TideoverError && error.code === 'source-changed') return;
    throw error;
  });
  await Promise.race([renamed, engine.tail.reached(cut.renamedAfter, barrierDeadlineMs)]);
  const lost = engine.tables.flatMap(({ mapping, delta }) =>
    delta.size === 0 ? [] : [{ table: mapping.table, keys: delta.size }],
  );
  const count = lost.reduce((sum, { keys }) => sum + keys, 0);
  if (count > 0) {
    throw new TideoverError(
      'lost-writes',
      `${count} row(s) were written between the lock and the swap: ${lost.map(({ table, keys }) => `${table} (${keys})`).join(', ')}`,
      {
        facts: {
          lost: engine.tables.map(({ mapping, delta }) => ({
            table: mapping.table,
            keys: delta.takeAll().slice(0, 1000),
          })),
        },
        hint: `The new tables are live. Compare the named rows with those in ${retiredSchemaOf(opened.plan.database)}, which has them.`,
      },
    );
  }
  return count;
}
