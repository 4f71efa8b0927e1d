import { leaving } from '../cutover/change.js';
import { completeCutover } from '../cutover/complete.js';
import type { LiveState } from '../cutover/contract.js';
import { readOutcome } from '../cutover/outcome.js';
import { takeBackEnteringNames } from '../cutover/take-back.js';
import { asTideoverError } from '../db/server-error.js';
import type { Session } from '../db/session.js';
import { TideoverError } from '../errors.js';
import type { Intent, RunRecord } from '../journal/journal.js';
import { journalExists } from '../journal/open-journal.js';
import { acquireRunLock } from '../journal/run-lock.js';
import { retiredSchemaOf, shadowSchemaOf } from '../schema/names.js';
import { pause } from '../util/pause.js';
import { countLost, readLogOfSwap, type LogOfSwap } from './barrier.js';
import { changeIn } from './cutover-change.js';
import type { Swapped } from './cutting-over.js';
import { savedOf } from './ended.js';
import type { Progress, Report, WindowReport } from './events.js';
import { tellHooks } from './hooks.js';
import { interrupted } from './interrupted.js';
import { isSameChange } from './opening.js';
import type { RunContext } from './running.js';
import { keptSchema, refuseUndone, settle, settleBack, settleRun, whileLive, wrongError } from './settling.js';

/**
 * A run whose engine died with the RENAME's intent in the journal: the server is asked what became of it (I7). What was swapped is finished.
 * Returns the report when that run made the change that is asked for now; null when there is anything left to do.
 */
export async function finishCrashedCutover(context: RunContext): Promise<Report | null> {
  const { server, journal, settings } = context;
  const { database } = settings.connection;
  if (!(await server.withSession('looking for a crashed cutover', journalExists))) return null;
  await journal.migrate();
  const record = await journal.unfinishedRun(database);
  const intent = record && (await journal.loadIntent(record.id));
  if (!record || !intent) return null;
  const lock = await acquireRunLock(server, database);
  if (lock === null) return null; // openRun says who is at work
  try {
    const isSettling = intent.step === 'rename' && record.report !== null;
    if (!isSettling && !(await wasSwapped(context, record, intent))) {
      await server.withSession('taking the cutover back', (session) =>
        takeBackEnteringNames(session, changeIn(intent, record)),
      );
      await journal.clearIntent(record.id);
      return null;
    }
    const report = await (intent.step === 'rename' ? finish : finishBack)(context, record, intent);
    return isSameChange(context, record) ? report : null;
  } finally {
    await lock.release();
  }
}

async function finish(context: RunContext, record: RunRecord, intent: Intent): Promise<Report> {
  if (record.report !== null) return settle(context, record, savedOf(record.report));
  const { live, log, trouble } = await complete(context, record, intent);
  return settleRun(context, record, crashedReport(context, record, log, live), { log, trouble });
}

/** The same after a rollback: the old tables are live again. */
async function finishBack(context: RunContext, record: RunRecord, intent: Intent): Promise<Report> {
  const { log, trouble } = await complete(context, record, intent);
  const last = JSON.parse(record.progress ?? '{}') as Partial<Progress>;
  const window: WindowReport = {
    end: 'rolled-back',
    changesApplied: last.changesApplied ?? 0,
    rowsVerified: last.rowsVerified ?? 0,
    rowsRepaired: 0,
    cutover: null,
    lostWrites: log && countLost(log.lost),
  };
  return settleBack(context, record, window, { log, trouble });
}

async function complete(
  context: RunContext,
  record: RunRecord,
  intent: Intent,
): Promise<Pick<Swapped, 'log' | 'trouble'> & { readonly live: LiveState }> {
  const { server } = context;
  const change = changeIn(intent, record);
  const live = await whileLive(() => completeCutover(server, change));
  refuseUndone(live);
  const log = await whileLive(() => readLogOfSwap(server, change, intent.lockedPosition));
  const facts = { runId: record.id, database: record.database, tables: record.tables };
  const [event, phase] =
    intent.step === 'rename' ? (['switched', 'settling'] as const) : (['switched-back', 'rolling-back'] as const);
  // The engine may have died before it came so far; or after it: then the service's code is changed twice.
  const trouble = await tellHooks(context, event, facts, phase).then(() => wrongError(live), asTideoverError);
  return { live, log, trouble };
}

async function wasSwapped({ server, settings }: RunContext, record: RunRecord, intent: Intent): Promise<boolean> {
  const { id, database } = record;
  const change = changeIn(intent, record);
  const outcome = await server.withSession('reading the outcome', async (session) => {
    await untilEnded(session, intent.sql, settings.signal);
    return readOutcome(session, change);
  });
  if (outcome !== 'mixed') return outcome === 'swapped';
  throw new TideoverError('cutover-outcome-unknown', `the tables of run ${id} are neither swapped nor as they were`, {
    facts: { tables: leaving(change) },
    hint: `Look at ${database}, ${shadowSchemaOf(database)} and ${retiredSchemaOf(database)}: somebody has renamed tables by hand.`,
  });
}

/** The RENAME of an engine that died may still wait for its locks; the server ends it within a second or two. */
const endedLimitMs = 60_000;
const endedPollMs = 100;

/** Resolves when no session executes the statement. */
async function untilEnded(session: Session, sql: string, signal: AbortSignal): Promise<void> {
  const until = performance.now() + endedLimitMs;
  while (performance.now() < until) {
    const list = await session.query('SHOW FULL PROCESSLIST');
    if (!list.some((row) => row['Info'] === sql)) return;
    if (signal.aborted) throw interrupted('cutting-over');
    await pause(endedPollMs, signal);
  }
  throw new TideoverError(
    'cutover-outcome-unknown',
    'the RENAME TABLE of an earlier engine still waits on the server',
    {
      facts: { statement: sql },
      hint: 'End it there with KILL, and run the same command again.',
    },
  );
}

function crashedReport({ settings }: RunContext, record: RunRecord, log: LogOfSwap | null, live: LiveState): Report {
  const lostWrites = log && countLost(log.lost);
  const last = JSON.parse(record.progress ?? '{}') as Partial<Progress>;
  return {
    runId: record.id,
    database: record.database,
    tables: record.tables,
    planHash: record.planHash,
    method: 'copied',
    rowsCopied: last.rowsCopied ?? 0,
    changesApplied: last.changesApplied ?? 0,
    rowsVerified: last.rowsVerified ?? 0,
    rowsRepaired: 0,
    lostWrites,
    cutover: null,
    hold: null,
    durationMs: 0,
    retiredSchema: keptSchema(settings, lostWrites, live),
    window: null,
  };
}
